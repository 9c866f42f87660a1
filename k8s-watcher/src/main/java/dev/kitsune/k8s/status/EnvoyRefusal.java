package dev.kitsune.k8s.status;

import org.jspecify.annotations.Nullable;

/**
 * A part of a virtual environment that is not in force.
 *
 * @param proxy the node id of the proxy that refuses it; null if Kitsune does not publish it, because every Envoy would
 *     refuse it, or because it could not be made
 * @param words Envoy's own words, or Kitsune's
 */
public record EnvoyRefusal(@Nullable String proxy, String words) {}
