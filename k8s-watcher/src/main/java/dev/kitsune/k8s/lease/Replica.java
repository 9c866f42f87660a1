package dev.kitsune.k8s.lease;

import org.jspecify.annotations.Nullable;

/**
 * One of the processes that serve a cluster.
 *
 * @param name of its pod
 * @param address {@code HOST:PORT} at which the other replicas reach its xDS port; null if they cannot
 */
public record Replica(String name, @Nullable String address) {}
