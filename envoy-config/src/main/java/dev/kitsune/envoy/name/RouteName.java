package dev.kitsune.envoy.name;

import dev.kitsune.envoy.Proxy.CredentialsBy;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.List;
import java.util.Optional;

/** The name of a RouteConfiguration. */
public sealed interface RouteName {
    /**
     * Stands in place of a virtual environment's name for gateway requests without context. No virtual environment can
     * have this name.
     */
    VirtualEnvironmentName NO_CONTEXT = new VirtualEnvironmentName("-");

    /** The virtual environment that owns these routes. Its children share them while they do not differ. */
    VirtualEnvironmentName virtualEnvironment();

    /** Returns the name without the suffix for counted requests. */
    default RouteName plain() {
        return this;
    }

    RouteName withVirtualEnvironment(VirtualEnvironmentName virtualEnvironment);

    /** The first part of the scope key, which keeps the listeners of one Envoy apart. */
    String direction();

    /** Returns the scope key of requests that these routes serve. */
    default ScopeKey scopeKey() {
        return new ScopeKey(direction(), virtualEnvironment());
    }

    /** At a gateway: {@code gw/main}. */
    record GatewayRouteName(VirtualEnvironmentName virtualEnvironment) implements RouteName {
        public static final String DIRECTION = "gw";

        @Override
        public String direction() {
            return DIRECTION;
        }

        @Override
        public GatewayRouteName withVirtualEnvironment(VirtualEnvironmentName other) {
            return new GatewayRouteName(other);
        }

        @Override
        public String toString() {
            return "gw/" + virtualEnvironment;
        }
    }

    /**
     * From an app to what it calls: {@code out/shop/frontend@9f1c2ab/main}.
     *
     * @param shared whether these are the same routes for descendants: {@code out/shop/frontend@9f1c2ab/main/shared}
     * @param credentials the name of routes for older Envoys ends with {@code by-cluster}
     */
    record OutboundRouteName(
            ComponentVersion caller,
            VirtualEnvironmentName virtualEnvironment,
            boolean shared,
            CredentialsBy credentials)
            implements RouteName {
        public static final String DIRECTION = "out";

        private static final String MARK = "shared";

        /** The routes of the virtual environment itself. */
        public OutboundRouteName(ComponentVersion caller, VirtualEnvironmentName virtualEnvironment) {
            this(caller, virtualEnvironment, CredentialsBy.ROUTE);
        }

        public OutboundRouteName(
                ComponentVersion caller, VirtualEnvironmentName virtualEnvironment, CredentialsBy credentials) {
            this(caller, virtualEnvironment, false, credentials);
        }

        public OutboundRouteName ofDescendants() {
            return new OutboundRouteName(caller, virtualEnvironment, true, credentials);
        }

        @Override
        public String direction() {
            return DIRECTION;
        }

        @Override
        public OutboundRouteName withVirtualEnvironment(VirtualEnvironmentName other) {
            return new OutboundRouteName(caller, other, shared, credentials);
        }

        @Override
        public String toString() {
            return "out/" + caller + "/" + virtualEnvironment + (shared ? "/" + MARK : "")
                    + CredentialsMark.of(credentials);
        }
    }

    /** To the app of the sidecar: {@code in/shop/cart@77aa010/8080/main}; for older Envoys as above. */
    record InboundRouteName(
            ComponentVersion callee, int appPort, VirtualEnvironmentName virtualEnvironment, CredentialsBy credentials)
            implements RouteName {
        public static final String DIRECTION = "in";

        public InboundRouteName(ComponentVersion callee, int appPort, VirtualEnvironmentName virtualEnvironment) {
            this(callee, appPort, virtualEnvironment, CredentialsBy.ROUTE);
        }

        @Override
        public String direction() {
            return DIRECTION;
        }

        @Override
        public InboundRouteName withVirtualEnvironment(VirtualEnvironmentName other) {
            return new InboundRouteName(callee, appPort, other, credentials);
        }

        @Override
        public String toString() {
            return "in/" + callee + "/" + appPort + "/" + virtualEnvironment + CredentialsMark.of(credentials);
        }
    }

    /**
     * From a gRPC client to one component, for every virtual environment:
     * {@code grpc/shop/frontend@f1/shop/cart/dev,prod/main}.
     *
     * @param environments the environments for which the client may act, in alphabetical order; empty for all
     * @param virtualEnvironment the virtual environment of calls without context
     */
    record GrpcRouteName(
            ComponentVersion caller,
            ComponentName callee,
            List<String> environments,
            VirtualEnvironmentName virtualEnvironment)
            implements RouteName {
        public static final String DIRECTION = "grpc";

        private static final String ALL = "*";

        public GrpcRouteName {
            environments = List.copyOf(environments);
        }

        public boolean mayActFor(String environment) {
            return environments.isEmpty() || environments.contains(environment);
        }

        @Override
        public String direction() {
            return DIRECTION;
        }

        @Override
        public GrpcRouteName withVirtualEnvironment(VirtualEnvironmentName other) {
            return new GrpcRouteName(caller, callee, environments, other);
        }

        @Override
        public String toString() {
            return "grpc/" + caller + "/" + callee + "/"
                    + (environments.isEmpty() ? ALL : String.join(",", environments)) + "/" + virtualEnvironment;
        }

        private static List<String> environments(String text) {
            return text.equals(ALL) ? List.of() : List.of(text.split(",", -1));
        }
    }

    /**
     * The same routes for virtual environments whose uses are counted, so that they share routes like all others:
     * {@code gw/main/counted}.
     */
    record CountedRouteName(RouteName plain) implements RouteName {
        private static final String MARK = "/counted";

        @Override
        public VirtualEnvironmentName virtualEnvironment() {
            return plain.virtualEnvironment();
        }

        @Override
        public CountedRouteName withVirtualEnvironment(VirtualEnvironmentName other) {
            return new CountedRouteName(plain.withVirtualEnvironment(other));
        }

        @Override
        public String direction() {
            return plain.direction();
        }

        @Override
        public String toString() {
            return plain + MARK;
        }
    }

    static Optional<RouteName> parse(String text) {
        // A virtual environment may have the same name as the suffix.
        return parsePlain(text)
                .or(() -> text.endsWith(CountedRouteName.MARK)
                        ? parsePlain(text.substring(0, text.length() - CountedRouteName.MARK.length()))
                                .filter(plain -> !(plain instanceof GrpcRouteName))
                                .map(CountedRouteName::new)
                        : Optional.empty());
    }

    private static Optional<RouteName> parsePlain(String text) {
        Parts parts = new Parts(text);
        RouteName name =
                switch (parts.first()) {
                    case GatewayRouteName.DIRECTION -> new GatewayRouteName(parts.nextVirtualEnvironment());
                    case OutboundRouteName.DIRECTION ->
                        new OutboundRouteName(
                                parts.nextComponentVersion(),
                                parts.nextVirtualEnvironment(),
                                parts.nextIs(OutboundRouteName.MARK),
                                CredentialsMark.next(parts));
                    case InboundRouteName.DIRECTION ->
                        new InboundRouteName(
                                parts.nextComponentVersion(),
                                parts.nextPort(),
                                parts.nextVirtualEnvironment(),
                                CredentialsMark.next(parts));
                    case GrpcRouteName.DIRECTION ->
                        new GrpcRouteName(
                                parts.nextComponentVersion(),
                                new ComponentName(parts.next(), parts.next()),
                                GrpcRouteName.environments(parts.next()),
                                parts.nextVirtualEnvironment());
                    default -> null;
                };
        return parts.complete(name);
    }
}
