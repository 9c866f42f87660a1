package dev.kitsune.envoy.name;

import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.Optional;

/** The name of a cluster. */
public sealed interface ClusterName {
    /**
     * The workloads of a component version that may act for a kind of environment: {@code component/dev/shop/cart@77aa010}.
     * Its endpoints have the same name.
     */
    record Component(String kindOfEnvironment, ComponentVersion version) implements ClusterName {
        @Override
        public String toString() {
            return "component/" + kindOfEnvironment + "/" + version;
        }
    }

    /** The app beside a sidecar: {@code app/8080}. */
    record App(int port) implements ClusterName {
        @Override
        public String toString() {
            return "app/" + port;
        }
    }

    /** The app beside a sidecar, with one environment's secrets put on: {@code app/8080/shop/cart@77aa010/main}. */
    record AppWithSecrets(int port, ComponentVersion version, String environment) implements ClusterName {
        @Override
        public String toString() {
            return "app/" + port + "/" + version + "/" + environment;
        }
    }

    /** An adapter's target with one environment's address and credentials: {@code adapter/shop/stripe/main}. */
    record Adapter(AdapterName adapter, String environment) implements ClusterName {
        @Override
        public String toString() {
            return "adapter/" + adapter + "/" + environment;
        }
    }

    /** Where the host of a call resolves, whatever it is: {@code egress}. */
    record Egress() implements ClusterName {
        @Override
        public String toString() {
            return "egress";
        }
    }

    static Optional<ClusterName> parse(String text) {
        Parts parts = new Parts(text);
        ClusterName name =
                switch (parts.first()) {
                    case "component" -> new Component(parts.next(), parts.nextComponentVersion());
                    case "app" -> {
                        int port = parts.nextPort();
                        yield parts.atEnd()
                                ? new App(port)
                                : new AppWithSecrets(port, parts.nextComponentVersion(), parts.next());
                    }
                    case "adapter" -> new Adapter(new AdapterName(parts.next(), parts.next()), parts.next());
                    case "egress" -> new Egress();
                    default -> null;
                };
        return parts.complete(name);
    }
}
