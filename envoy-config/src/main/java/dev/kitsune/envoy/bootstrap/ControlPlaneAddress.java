package dev.kitsune.envoy.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * Where a proxy reaches its control plane.
 *
 * @param tls null for plaintext without credentials
 */
public record ControlPlaneAddress(
        String host, int port, @Nullable ControlPlaneTls tls) {}
