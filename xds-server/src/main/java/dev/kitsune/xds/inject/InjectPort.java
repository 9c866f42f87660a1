package dev.kitsune.xds.inject;

import dev.kitsune.k8s.inject.Injector;
import java.net.InetSocketAddress;

/**
 * Where the webhook listens, and what it answers.
 *
 * @param address port 0 takes a free one
 */
public record InjectPort(InetSocketAddress address, Injector injector) {}
