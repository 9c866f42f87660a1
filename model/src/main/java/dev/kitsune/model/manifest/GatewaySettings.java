package dev.kitsune.model.manifest;

import org.jspecify.annotations.Nullable;

/**
 * The settings of all gateways.
 *
 * @param trustedProxies before the gateways; null for none
 * @param tls null if clients cannot use TLS
 */
public record GatewaySettings(
        @Nullable TrustedProxies trustedProxies, @Nullable GatewayTls tls) {
    public static final GatewaySettings DEFAULT = new GatewaySettings(null, null);
}
