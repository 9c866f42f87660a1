package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;

/** The RouteConfigurations of all directions, and which virtual environments share one. */
public final class RouteConfigurations {
    private RouteConfigurations() {}

    public static Translated routeConfiguration(RouteName name, SnapshotView view) {
        if (name instanceof RouteName.CountedRouteName counted) {
            return CountedRoutes.of(counted, routeConfiguration(counted.plain(), view), view);
        }
        if (name instanceof RouteName.GrpcRouteName grpc) {
            return GrpcCaller.dependency(grpc, view)
                    .map(dependency -> new Translated(GrpcRoutes.of(grpc, dependency, view), false))
                    .orElseGet(() -> new Translated(GrpcRoutes.undeclared(name.toString()), true));
        }
        if (name instanceof RouteName.GatewayRouteName
                && name.virtualEnvironment().equals(RouteName.NO_CONTEXT)) {
            return new Translated(GatewayRoutes.withoutContext(view), false);
        }
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        if (virtualEnvironment == null) {
            return standIn(name, "the virtual environment has ended");
        }
        if (name instanceof RouteName.GatewayRouteName gateway) {
            return new Translated(GatewayRoutes.of(gateway, virtualEnvironment, view), false);
        }
        if (virtualEnvironment.expired() != null) {
            return new Translated(
                    only(name, Routes.refused(404, virtualEnvironment.expired().sentence())), false);
        }
        if (name instanceof RouteName.OutboundRouteName outbound) {
            Declaration declaration = view.declaration(outbound.caller());
            return declaration == null
                    ? standIn(name, nobodyNames(outbound.caller().toString()))
                    : new Translated(OutboundRoutes.of(outbound, declaration, virtualEnvironment, view), false);
        }
        RouteName.InboundRouteName inbound = (RouteName.InboundRouteName) name;
        Declaration declaration = view.declaration(inbound.callee());
        return declaration == null
                ? standIn(name, nobodyNames(inbound.callee().toString()))
                : new Translated(InboundRoutes.of(inbound, declaration, virtualEnvironment, view), false);
    }

    /** Replaces routes that Envoy would reject, if no earlier ones are served. Its only answer states the reason. */
    public static Translated atFault(RouteName name) {
        if (name instanceof RouteName.GrpcRouteName) {
            return new Translated(GrpcRoutes.atFault(name.toString()), true);
        }
        return new Translated(
                only(
                        name,
                        Routes.refused(
                                503,
                                "the routes that Kitsune generated for this virtual environment have a fault, and"
                                        + " Envoy would reject them:"
                                        + " this is a fault of Kitsune, please report it (see /api/problems)")),
                true);
    }

    /**
     * Returns the routes to which the scope of a virtual environment leads. They are the owner's routes. Requests are
     * counted if the virtual environment itself or the name of the scope demands it.
     */
    public static RouteName inScope(RouteName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        RouteName owned = ofOwner(name.plain(), view);
        return name instanceof RouteName.CountedRouteName
                        || (virtualEnvironment != null && virtualEnvironment.counted())
                ? new RouteName.CountedRouteName(owned)
                : owned;
    }

    private static RouteName ofOwner(RouteName name, SnapshotView view) {
        RouteName owned = ownerOf(name, view);
        if (owned instanceof RouteName.OutboundRouteName outbound && !owned.equals(name)) {
            Declaration declaration = view.declaration(outbound.caller());
            return declaration != null && Leaving.differsForDescendants(declaration) ? outbound.ofDescendants() : owned;
        }
        return owned;
    }

    /**
     * Returns the name of the routes that a virtual environment uses: its own, or those of the farthest ancestor from
     * which it does not differ for this proxy. An expired virtual environment shares no routes.
     */
    public static RouteName ownerOf(RouteName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        if (virtualEnvironment == null || virtualEnvironment.expired() != null) {
            return name;
        }
        ResolvedVirtualEnvironment above = view.above(virtualEnvironment);
        while (above != null && same(name, virtualEnvironment, above, view)) {
            virtualEnvironment = above;
            above = view.above(virtualEnvironment);
        }
        return name.withVirtualEnvironment(virtualEnvironment.name());
    }

    private static boolean same(
            RouteName name, ResolvedVirtualEnvironment one, ResolvedVirtualEnvironment other, SnapshotView view) {
        if (!one.environment().equals(other.environment())) {
            return false;
        }
        if (name instanceof RouteName.GatewayRouteName) {
            return one.routes().equals(other.routes())
                    && one.apps().keySet().equals(other.apps().keySet())
                    && one.apps().keySet().stream()
                            .allMatch(app -> view.ruleInputs(app).sameIn(one, other))
                    && Mirrors.targets(one, view)
                            .allMatch(called -> Mirrors.of(called, one).equals(Mirrors.of(called, other)));
        }
        if (name instanceof RouteName.OutboundRouteName outbound) {
            Declaration declaration = view.declaration(outbound.caller());
            return declaration == null
                    || (OutboundRoutes.destinations(outbound, declaration, one, view)
                                    .equals(OutboundRoutes.destinations(outbound, declaration, other, view))
                            && OutboundRoutes.apps(outbound.caller(), declaration).stream()
                                    .allMatch(app -> one.apps().containsKey(app)
                                            == other.apps().containsKey(app)));
        }
        Declaration declaration = view.declaration(((RouteName.InboundRouteName) name).callee());
        return declaration == null || Delivery.of(declaration, one).equals(Delivery.of(declaration, other));
    }

    private static String nobodyNames(String version) {
        return "no app deployment and no virtual environment names " + version;
    }

    private static Translated standIn(RouteName name, String reason) {
        return new Translated(only(name, List.of(Routes.catchAll(503, reason))), true);
    }

    private static RouteConfiguration only(RouteName name, List<Route> answer) {
        return Routes.configuration(name, List.of(Routes.anyHost("unavailable", answer)))
                .build();
    }
}
