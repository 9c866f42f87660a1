package dev.kitsune.envoy.name;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.PeerIdentity;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The name of a cluster. */
public sealed interface ClusterName {
    /** Is followed by the caller. */
    String FROM = "from";

    /**
     * The HTTP version of a cluster for targets that accept only one version. HTTP/1.1 is not part of the name:
     * {@code app/8080} uses HTTP/1.1, and {@code app-h2/8080} uses HTTP/2.
     */
    enum HttpVersion {
        HTTP1(""),
        HTTP2("-h2");

        private final String mark;

        HttpVersion(String mark) {
            this.mark = mark;
        }

        private String marked(String name) {
            return name + mark;
        }
    }

    /** Returns the virtual environment whose target or credentials it holds; empty if it holds none. */
    default Optional<VirtualEnvironmentName> owner() {
        return Optional.empty();
    }

    /**
     * The workloads of a component version that may act for an environment: {@code component/dev/shop/cart@77aa010}. If
     * proxies use TLS among each other, each component has its own connections, with its own certificate:
     * {@code component/dev/shop/cart@77aa010/from/shop/frontend}. Its endpoints have the same name.
     *
     * @param caller null without TLS
     */
    record ComponentClusterName(
            String environment,
            ComponentVersion version,
            @Nullable PeerIdentity caller) implements ClusterName {
        /** A cluster without TLS. */
        public ComponentClusterName(String environment, ComponentVersion version) {
            this(environment, version, null);
        }

        @Override
        public String toString() {
            return "component/" + environment + "/" + version + from(caller);
        }
    }

    /**
     * The same workloads for copies of calls, which continue in the virtual environment {@code to},
     * {@code mirror/http/cart-trial/dev/shop/cart@77aa010}, with TLS as above. Its endpoints have the same name.
     */
    record MirrorClusterName(
            Protocol protocol,
            VirtualEnvironmentName to,
            String environment,
            ComponentVersion version,
            @Nullable PeerIdentity caller)
            implements ClusterName {
        /** A cluster without TLS. */
        public MirrorClusterName(
                Protocol protocol, VirtualEnvironmentName to, String environment, ComponentVersion version) {
            this(protocol, to, environment, version, null);
        }

        /** The protocol of copies, because Envoy treats every copy as a request of HTTP/1.1. */
        public enum Protocol {
            HTTP,
            GRPC;

            private String text() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        private static @Nullable MirrorClusterName parse(Parts parts) {
            String protocol = parts.next();
            VirtualEnvironmentName to = parts.nextVirtualEnvironment();
            String environment = parts.next();
            ComponentVersion version = parts.nextComponentVersion();
            PeerIdentity caller = ClusterName.caller(parts);
            return Arrays.stream(Protocol.values())
                    .filter(p -> p.text().equals(protocol))
                    .findFirst()
                    .map(p -> new MirrorClusterName(p, to, environment, version, caller))
                    .orElse(null);
        }

        @Override
        public String toString() {
            return "mirror/" + protocol.text() + "/" + to + "/" + environment + "/" + version + from(caller);
        }
    }

    /** The app of a sidecar: {@code app/8080}. */
    record AppClusterName(HttpVersion http, int port) implements ClusterName {
        @Override
        public String toString() {
            return http.marked("app") + "/" + port;
        }
    }

    /** The app of a sidecar, with one virtual environment's secrets: {@code app/8080/shop/cart@77aa010/main}. */
    record AppWithSecretsClusterName(
            HttpVersion http, int port, ComponentVersion version, VirtualEnvironmentName virtualEnvironment)
            implements ClusterName {
        @Override
        public Optional<VirtualEnvironmentName> owner() {
            return Optional.of(virtualEnvironment);
        }

        @Override
        public String toString() {
            return http.marked("app") + "/" + port + "/" + version + "/" + virtualEnvironment;
        }
    }

    /**
     * The app of a sidecar, for routes that add these headers: {@code app/8080/shop/cart@77aa010/needs/kitsune-secret-pin}.
     * It refuses a request without one of them.
     *
     * @param headers in alphabetical order
     */
    record AppNeedingSecretsClusterName(HttpVersion http, int port, ComponentVersion version, List<String> headers)
            implements ClusterName {
        private static final String MARK = "needs";

        public AppNeedingSecretsClusterName {
            headers = List.copyOf(headers);
        }

        @Override
        public String toString() {
            return http.marked("app") + "/" + port + "/" + version + "/" + MARK + "/" + String.join(",", headers);
        }
    }

    /**
     * An adapter's target with one virtual environment's address and credentials: {@code adapter/shop/stripe/main}. If
     * routes add the credentials, it has the address alone, and the name ends with a digest of it. A change of the address
     * is then another cluster, which no credential for the earlier address can reach:
     * {@code adapter/shop/stripe/main/5d1f3c0a9b7e2846}.
     *
     * @param target the digest; null if the cluster adds the credentials
     */
    record AdapterClusterName(
            AdapterName adapter,
            VirtualEnvironmentName virtualEnvironment,
            @Nullable String target) implements ClusterName {
        /** A cluster that adds the credentials, or that needs none. */
        public AdapterClusterName(AdapterName adapter, VirtualEnvironmentName virtualEnvironment) {
            this(adapter, virtualEnvironment, null);
        }

        @Override
        public Optional<VirtualEnvironmentName> owner() {
            return Optional.of(virtualEnvironment);
        }

        @Override
        public String toString() {
            return "adapter/" + adapter + "/" + virtualEnvironment + last(target);
        }
    }

    /** The same target for WebSockets, with HTTP/1.1 only: {@code adapter-upgrades/shop/stripe/main}. */
    record AdapterUpgrades(
            AdapterName adapter,
            VirtualEnvironmentName virtualEnvironment,
            @Nullable String target) implements ClusterName {
        public AdapterUpgrades(AdapterClusterName of) {
            this(of.adapter(), of.virtualEnvironment(), of.target());
        }

        /** The name of the same target for all other calls. */
        public AdapterClusterName plain() {
            return new AdapterClusterName(adapter, virtualEnvironment, target);
        }

        @Override
        public Optional<VirtualEnvironmentName> owner() {
            return Optional.of(virtualEnvironment);
        }

        @Override
        public String toString() {
            return "adapter-upgrades/" + adapter + "/" + virtualEnvironment + last(target);
        }
    }

    private static String last(@Nullable String target) {
        return target == null ? "" : "/" + target;
    }

    /** The address of any undeclared host: {@code egress}. */
    record EgressClusterName(HttpVersion http) implements ClusterName {
        @Override
        public String toString() {
            return http.marked("egress");
        }
    }

    /** The address that a captured connection wanted to reach: {@code passthrough}. */
    record PassthroughClusterName() implements ClusterName {
        @Override
        public String toString() {
            return "passthrough";
        }
    }

    /**
     * A cluster without endpoints for calls that must fail. A gRPC client reports its name as the reason:
     * {@code refused/unknown-environment}.
     */
    record RefusedClusterName(RefusedClusterName.RefusalReason reason) implements ClusterName {
        /** Returns the text that the caller reads. */
        public enum RefusalReason {
            UNDECLARED_DEPENDENCY,
            UNKNOWN_ENVIRONMENT,
            ENVIRONMENT_IN_BAGGAGE_ALONE,
            APP_DEPLOYMENT_NEEDS_SIDECAR,
            FAULT_OF_KITSUNE;

            private String text() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }

            private static @Nullable RefusedClusterName parse(String text) {
                return Arrays.stream(values())
                        .filter(reason -> reason.text().equals(text))
                        .findFirst()
                        .map(RefusedClusterName::new)
                        .orElse(null);
            }
        }

        @Override
        public String toString() {
            return "refused/" + reason.text();
        }
    }

    static Optional<ClusterName> parse(String text) {
        Parts parts = new Parts(text);
        ClusterName name =
                switch (parts.first()) {
                    case "component" ->
                        new ComponentClusterName(parts.next(), parts.nextComponentVersion(), caller(parts));
                    case "mirror" -> MirrorClusterName.parse(parts);
                    case "app" -> app(HttpVersion.HTTP1, parts);
                    case "app-h2" -> app(HttpVersion.HTTP2, parts);
                    case "adapter" ->
                        new AdapterClusterName(
                                new AdapterName(parts.next(), parts.next()),
                                parts.nextVirtualEnvironment(),
                                parts.nextOrNull());
                    case "adapter-upgrades" ->
                        new AdapterUpgrades(
                                new AdapterName(parts.next(), parts.next()),
                                parts.nextVirtualEnvironment(),
                                parts.nextOrNull());
                    case "egress" -> new EgressClusterName(HttpVersion.HTTP1);
                    case "egress-h2" -> new EgressClusterName(HttpVersion.HTTP2);
                    case "passthrough" -> new PassthroughClusterName();
                    case "refused" -> RefusedClusterName.RefusalReason.parse(parts.next());
                    default -> null;
                };
        return parts.complete(name);
    }

    private static String from(@Nullable PeerIdentity caller) {
        return caller == null ? "" : "/" + FROM + "/" + caller;
    }

    private static @Nullable PeerIdentity caller(Parts parts) {
        return parts.nextIs(FROM) ? parts.nextPeer() : null;
    }

    private static ClusterName app(HttpVersion http, Parts parts) {
        int port = parts.nextPort();
        if (parts.atEnd()) {
            return new AppClusterName(http, port);
        }
        ComponentVersion version = parts.nextComponentVersion();
        String last = parts.next();
        // A virtual environment may have the same name as the mark.
        return last.equals(AppNeedingSecretsClusterName.MARK) && !parts.atEnd()
                ? new AppNeedingSecretsClusterName(
                        http, port, version, List.of(parts.next().split(",", -1)))
                : new AppWithSecretsClusterName(http, port, version, new VirtualEnvironmentName(last));
    }
}
