package dev.kitsune.model.snapshot;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a proxy is to other proxies: a component, whatever its version, or a gateway.
 *
 * @param component null for a gateway
 */
public record PeerIdentity(@Nullable ComponentName component) {
    public static final PeerIdentity GATEWAY = new PeerIdentity(null);

    /** The beginning of every identity in a certificate. No credentials for the control plane begin like this. */
    public static final String SCHEME = "kitsune:peer/";

    /** The Secrets with the certificates of peers. No namespace and no file has this name. */
    private static final String SECRETS = "kitsune:peers";

    /** The certificate authorities that peers trust, under {@link #AUTHORITIES_KEY}. */
    public static final SecretId AUTHORITIES = new SecretId(SECRETS, "authorities");

    public static final String AUTHORITIES_KEY = "ca.crt";

    private static final String GATEWAYS = "gateway";

    /** Reads what {@link #toString} returns; empty for anything else. */
    public static Optional<PeerIdentity> parse(String text) {
        if (text.equals(GATEWAYS)) {
            return Optional.of(GATEWAY);
        }
        String[] parts = text.split("/", -1);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(new PeerIdentity(new ComponentName(parts[0], parts[1])))
                : Optional.empty();
    }

    /** Returns the identity as it stands in a certificate: {@code kitsune:peer/shop/cart}. */
    public String uri() {
        return SCHEME + this;
    }

    /** Returns where its certificate and key are. */
    public SecretId secret() {
        return new SecretId(SECRETS, "certificate/" + this);
    }

    /** {@code shop/cart}, or {@code gateway}. */
    @Override
    public String toString() {
        return component == null ? GATEWAYS : component.toString();
    }
}
