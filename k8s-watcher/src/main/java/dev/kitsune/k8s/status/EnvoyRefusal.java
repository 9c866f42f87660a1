package dev.kitsune.k8s.status;

/**
 * A proxy that refuses a part of a virtual environment.
 *
 * @param proxy its node id
 * @param words Envoy's own words
 */
public record EnvoyRefusal(String proxy, String words) {}
