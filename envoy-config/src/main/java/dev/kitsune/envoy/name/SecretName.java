package dev.kitsune.envoy.name;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.PeerIdentity;
import java.util.Optional;

/** The name of a secret. It describes the purpose of the secret, never the place of its value. */
public sealed interface SecretName {
    /** Returns the virtual environment that the secret belongs to; empty if it belongs to none. */
    default Optional<VirtualEnvironmentName> owner() {
        return Optional.empty();
    }

    /** A header for an app: {@code app/shop/cart@77aa010/main/kitsune-secret-pin}. */
    record AppHeader(ComponentVersion version, VirtualEnvironmentName virtualEnvironment, String header)
            implements SecretName {
        @Override
        public Optional<VirtualEnvironmentName> owner() {
            return Optional.of(virtualEnvironment);
        }

        @Override
        public String toString() {
            return "app/" + version + "/" + virtualEnvironment + "/" + header;
        }
    }

    /** A header for an adapter: {@code adapter/shop/stripe/main/header/authorization}. */
    record AdapterHeader(AdapterName adapter, VirtualEnvironmentName virtualEnvironment, String header)
            implements SecretName {
        @Override
        public Optional<VirtualEnvironmentName> owner() {
            return Optional.of(virtualEnvironment);
        }

        @Override
        public String toString() {
            return "adapter/" + adapter + "/" + virtualEnvironment + "/header/" + header;
        }
    }

    /** A client certificate with its key, or the authorities to trust: {@code adapter/shop/stripe/main/tls/ca}. */
    record AdapterTls(
            AdapterName adapter, VirtualEnvironmentName virtualEnvironment, SecretName.AdapterTls.TlsPart part)
            implements SecretName {
        /** The certificate or the authorities. */
        public enum TlsPart {
            certificate,
            ca
        }

        @Override
        public Optional<VirtualEnvironmentName> owner() {
            return Optional.of(virtualEnvironment);
        }

        @Override
        public String toString() {
            return "adapter/" + adapter + "/" + virtualEnvironment + "/tls/" + part;
        }
    }

    /**
     * A certificate with its key that gateways show to clients: {@code gateway/tls/shop-tls}. The name is that of the
     * Secret, because a gateway that changes from one Secret to another must never show the new one for the old hosts.
     */
    record GatewayCertificate(String secret) implements SecretName {
        @Override
        public String toString() {
            return "gateway/tls/" + secret;
        }
    }

    /** The certificate with its key that proxies show to each other: {@code peer/certificate/shop/cart}. */
    record PeerCertificate(PeerIdentity identity) implements SecretName {
        @Override
        public String toString() {
            return "peer/certificate/" + identity;
        }
    }

    /** The authorities that proxies trust when they call each other: {@code peer/ca}. */
    record PeerAuthorities() implements SecretName {
        @Override
        public String toString() {
            return "peer/ca";
        }
    }

    /**
     * A secret that never has a value: {@code none}. Injectors with it let a request pass that has its credential
     * already, and refuse any other.
     */
    record NoSecret() implements SecretName {
        private static final String NAME = "none";

        @Override
        public String toString() {
            return NAME;
        }
    }

    static Optional<SecretName> parse(String text) {
        Parts parts = new Parts(text);
        SecretName name =
                switch (parts.first()) {
                    case "app" ->
                        new AppHeader(parts.nextComponentVersion(), parts.nextVirtualEnvironment(), parts.next());
                    case "adapter" -> {
                        AdapterName adapter = new AdapterName(parts.next(), parts.next());
                        VirtualEnvironmentName virtualEnvironment = parts.nextVirtualEnvironment();
                        String sort = parts.next();
                        String last = parts.next();
                        if (sort.equals("header")) {
                            yield new AdapterHeader(adapter, virtualEnvironment, last);
                        }
                        boolean known = sort.equals("tls") && (last.equals("certificate") || last.equals("ca"));
                        yield known
                                ? new AdapterTls(
                                        adapter, virtualEnvironment, SecretName.AdapterTls.TlsPart.valueOf(last))
                                : null;
                    }
                    case "gateway" -> parts.next().equals("tls") ? new GatewayCertificate(parts.next()) : null;
                    case "peer" ->
                        switch (parts.next()) {
                            case "certificate" -> new PeerCertificate(parts.nextPeer());
                            case "ca" -> new PeerAuthorities();
                            default -> null;
                        };
                    case NoSecret.NAME -> new NoSecret();
                    default -> null;
                };
        return parts.complete(name);
    }
}
