package dev.kitsune.envoy.route;

import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.route.RouteOrder;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.ResolvedMirror;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedSelection;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of requests from outside: the users' rules, in their total order. */
final class GatewayRoutes {
    private GatewayRoutes() {}

    /** Returns the routes of requests that name their virtual environment. */
    static RouteConfiguration of(
            RouteName.GatewayRouteName name, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        String environment = virtualEnvironment.environment();
        ResolvedSelection selection = view.selection(environment);
        if (selection instanceof ResolvedSelection.SelectedByNobody) {
            String reason = "requests cannot select virtual environments of " + environment + ": only rules lead there";
            return configuration(name, List.of(Routes.catchAll(403, reason)), view)
                    .build();
        }
        if (selection instanceof ResolvedSelection.UnusableSelection unusable) {
            return configuration(name, List.of(Routes.catchAll(503, unusable.reason())), view)
                    .build();
        }
        RouteConfiguration.Builder configuration = configuration(name, routes(virtualEnvironment, view), view);
        if (selection instanceof ResolvedSelection.SelectedByToken token) {
            String header = view.platform().context().header();
            configuration
                    .putTypedPerFilterConfig(WireNames.TOKEN_FILTER, TokenRequirement.token(environment))
                    .putTypedPerFilterConfig(WireNames.CLAIM_FILTER, TokenRequirement.claim(token.claim(), header))
                    .putTypedPerFilterConfig(WireNames.TOKENS_OFF_FILTER, TokenRequirement.debugGranted());
        }
        return configuration.build();
    }

    /** Whether requests that name a virtual environment may come to its rules at all. */
    static boolean mayBeSelected(VirtualEnvironmentName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name);
        ResolvedSelection selection =
                virtualEnvironment == null ? null : view.selection(virtualEnvironment.environment());
        return virtualEnvironment != null
                && !(selection instanceof ResolvedSelection.SelectedByNobody)
                && !(selection instanceof ResolvedSelection.UnusableSelection);
    }

    private static List<Route> routes(ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        if (virtualEnvironment.expired() != null) {
            return List.of(Routes.catchAll(404, virtualEnvironment.expired().sentence()));
        }
        String header = view.platform().context().deploymentHeader();
        List<Variant> variants =
                Variant.of(virtualEnvironment, virtualEnvironment.apps().keySet(), view);
        Map<String, List<Route>> selected = new LinkedHashMap<>();
        for (Variant variant : variants) {
            List<ResolvedRoute> rules = variant.rules(view);
            if (!rules.equals(virtualEnvironment.routes())) {
                selected.put(variant.deployment(), rules(rules, virtualEnvironment, view));
            }
        }
        List<String> known = variants.stream().map(Variant::deployment).toList();
        List<Route> routes = new ArrayList<>();
        routes.add(SelectedRoutes.butFor(header, known, notSelectable(virtualEnvironment, view)));
        routes.addAll(
                SelectedRoutes.of(header, rules(virtualEnvironment.routes(), virtualEnvironment, view), selected));
        return routes;
    }

    private static Route notSelectable(ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        String environment = virtualEnvironment.environment();
        return view.isStable(environment)
                ? Routes.catchAll(
                        403,
                        "no app deployment can be selected in virtual environments of " + environment
                                + ": they are Stable, and serve only their release")
                : Routes.catchAll(
                        WireNames.UNKNOWN_DEPLOYMENT,
                        "none of the newest " + view.platform().limits().selectableDeployments()
                                + " of the virtual environment's apps has this name");
    }

    private static List<Route> rules(
            List<ResolvedRoute> rules, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        String previewHost = view.platform().context().host();
        List<Route> routes = new ArrayList<>();
        for (ResolvedRoute route : rules) {
            routes.addAll(forwarding(route, virtualEnvironment, previewHost, view).stream()
                    .map(Route.Builder::build)
                    .toList());
        }
        routes.add(Routes.catchAll(404, "no rule of the virtual environment's apps matches this request"));
        return routes;
    }

    /**
     * Returns the routes of requests without context: the rules of all releases. Each rule determines the virtual
     * environment.
     */
    static RouteConfiguration withoutContext(SnapshotView view) {
        record RouteCandidate(ResolvedRoute route, ResolvedVirtualEnvironment virtualEnvironment) {}
        List<RouteCandidate> candidates = new ArrayList<>();
        view.released().forEach((released, outranked) -> {
            ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(released);
            if (virtualEnvironment != null) {
                virtualEnvironment.routes().stream()
                        .filter(r -> virtualEnvironment
                                .ownApps()
                                .contains(r.target().name().app()))
                        .filter(r -> !outranked.contains(r))
                        .forEach(r -> candidates.add(new RouteCandidate(r, virtualEnvironment)));
            }
        });
        candidates.sort(Comparator.comparing(RouteCandidate::route, RouteOrder.ORDER)
                .thenComparing(c -> c.virtualEnvironment().namespace())
                .thenComparing(c -> c.virtualEnvironment().name()));
        List<Route> routes = new ArrayList<>();
        for (RouteCandidate candidate : candidates) {
            for (Route.Builder route : forwarding(candidate.route(), candidate.virtualEnvironment(), null, view)) {
                String name = candidate.virtualEnvironment().name().value();
                routes.add(Script.on(
                                route,
                                WireNames.GENESIS_FILTER,
                                candidate.virtualEnvironment().counted()
                                        ? Map.of("environment", name, "counted", "true")
                                        : Map.of("environment", name))
                        .build());
            }
        }
        routes.add(Routes.catchAll(
                404,
                "no rule of any released app matches this request; name a virtual environment in the header "
                        + view.platform().context().header()));
        return configuration(new RouteName.GatewayRouteName(RouteName.NO_CONTEXT), routes, view)
                .build();
    }

    private static List<Route.Builder> forwarding(
            ResolvedRoute route,
            ResolvedVirtualEnvironment virtualEnvironment,
            @Nullable String previewHost,
            SnapshotView view) {
        PeerIdentity caller = PeerCalls.caller(PeerIdentity.GATEWAY, view);
        ClusterName cluster =
                new ClusterName.ComponentClusterName(virtualEnvironment.environment(), route.target(), caller);
        Route.Builder forward = Routes.from(route.origin(), route.target().toString())
                .setMatch(RuleMatch.of(route.rule(), previewHost))
                .setRoute(Routes.forward(cluster.toString()));
        List<ResolvedMirror> mirrors = Mirrors.of(route.target().name(), virtualEnvironment);
        return Mirrors.on(Routes.forwarding(forward, null), mirrors, virtualEnvironment.environment(), caller).stream()
                .map(Route::toBuilder)
                .toList();
    }

    private static RouteConfiguration.Builder configuration(
            RouteName.GatewayRouteName name, List<Route> routes, SnapshotView view) {
        String header = view.platform().context().header();
        return Routes.configuration(name, List.of(Routes.anyHost("gateway", routes)))
                .addRequestHeadersToRemove(WireNames.DEBUG_HEADER)
                // The answer names its virtual environment by a reference, so that virtual environments can share their
                // routes.
                .addResponseHeadersToAdd(Routes.formatted(header, "%REQ(" + header + ")%"));
    }
}
