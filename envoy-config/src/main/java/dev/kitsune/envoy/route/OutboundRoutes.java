package dev.kitsune.envoy.route;

import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The routes of an app's own calls: its component version's dependencies, as the request's virtual environment resolves
 * them.
 */
final class OutboundRoutes {
    private OutboundRoutes() {}

    /** Returns everything on which these routes depend. Two virtual environments are compared by it. Sorted by name. */
    static List<Destination> destinations(
            RouteName.OutboundRouteName routes,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        List<Destination> all = new ArrayList<>();
        new TreeMap<>(declaration.dependencies())
                .forEach((name, dependency) ->
                        all.add(Destination.of(name, dependency, routes, declaration, virtualEnvironment, view)));
        return all;
    }

    /** Returns the apps of the components that it calls. Other apps do not affect it. */
    static Set<String> apps(ComponentVersion caller, Declaration declaration) {
        Set<String> apps = new HashSet<>();
        declaration.dependencies().forEach((name, dependency) -> {
            if (dependency.type() == DependencyType.Component) {
                apps.add(Destination.component(name, caller).app());
            }
        });
        return apps;
    }

    static RouteConfiguration of(
            RouteName.OutboundRouteName name,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        ComponentVersion caller = name.caller();
        Map<String, List<Destination>> selected = new LinkedHashMap<>();
        for (Variant variant : Variant.of(virtualEnvironment, apps(caller, declaration), view)) {
            selected.put(variant.deployment(), destinations(name, declaration, variant.virtualEnvironment(), view));
        }
        return of(name, destinations(name, declaration, virtualEnvironment, view), selected, view);
    }

    /** {@code selected}: the destinations for each app deployment that a request may select */
    private static RouteConfiguration of(
            RouteName.OutboundRouteName name,
            List<Destination> destinations,
            Map<String, List<Destination>> selected,
            SnapshotView view) {
        String header = view.platform().context().deploymentHeader();
        Leaving leaving = new Leaving(name, view.platform().context());
        Redirects redirects = Redirects.among(destinations, leaving);
        VirtualHost undeclared = EgressRoutes.undeclared(name.caller(), view.platform(), leaving);
        Set<String> redirected = redirects.hosts();
        List<VirtualHost> hosts = new ArrayList<>();
        // A domain may occur only once. The app's own components come first with their short names, then the others in
        // alphabetical order.
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < destinations.size(); i++) {
            Destination destination = destinations.get(i);
            List<String> free =
                    destination.domains().stream().filter(taken::add).toList();
            if (!free.isEmpty()) {
                VirtualHost.Builder host =
                        VirtualHost.newBuilder().setName(destination.name()).addAllDomains(free);
                free.stream()
                        .filter(redirected::remove)
                        .forEach(domain ->
                                host.addAllRoutes(redirects.routes(domain, EgressRoutes.refusal(name.caller()))));
                Map<String, List<Route>> differing = new LinkedHashMap<>();
                for (Map.Entry<String, List<Destination>> variant : selected.entrySet()) {
                    Destination other = variant.getValue().get(i);
                    if (!other.equals(destination)) {
                        differing.put(variant.getKey(), routes(other, redirects, leaving));
                    }
                }
                if (!differing.isEmpty()) {
                    host.addAllRoutes(Doubled.ofCalls(header));
                }
                int position = host.getRoutesCount();
                VirtualHost complete = SharedParts.once(host.addAllRoutes(SelectedRoutes.of(
                        header, loaded(destination, routes(destination, redirects, leaving)), differing)));
                hosts.add(
                        destination instanceof Destination.ToAdapter to
                                ? leaving.withBaggage(complete, position, to.adapter())
                                : complete);
            }
        }
        for (String domain : redirected) {
            Route direct = undeclared.getRoutes(undeclared.getRoutesCount() - 1);
            hosts.add(undeclared.toBuilder()
                    .setName("redirected to " + domain)
                    .clearDomains()
                    .addDomains(domain)
                    .clearRoutes()
                    .addAllRoutes(redirects.routes(domain, direct))
                    .addAllRoutes(undeclared.getRoutesList())
                    .build());
        }
        hosts.add(undeclared);
        return redirects.areFollowed()
                ? redirects.keepingScope(Routes.configuration(name, hosts))
                : Routes.configuration(name, hosts).build();
    }

    /**
     * The clusters of released components are sent before the routes, so calls to them need no look at what is loaded.
     * Adapters have clusters for each virtual environment, and there may be many app deployments to select. Their
     * clusters come at the first use.
     */
    private static List<Route> loaded(Destination destination, List<Route> routes) {
        return destination instanceof Destination.ToComponent
                ? routes.stream()
                        .map(route -> route.hasRoute()
                                ? route.toBuilder()
                                        .putTypedPerFilterConfig(WireNames.ON_DEMAND_FILTER, Routes.OFF)
                                        .build()
                                : route)
                        .toList()
                : routes;
    }

    /** Returns routes that together match every call. */
    private static List<Route> routes(Destination destination, Redirects redirects, Leaving leaving) {
        List<Route> routes = new ArrayList<>();
        if (destination instanceof Destination.ToComponent to) {
            List<Route> forwarding = Routes.forwarding(
                    Routes.from(to.origin(), to.cluster().version().toString())
                            .setMatch(Routes.EVERYTHING)
                            .setRoute(RetryPolicies.bounded(
                                    Routes.forward(to.cluster().toString()), to.dependency())),
                    to.dependency().retries());
            routes.addAll(Mirrors.on(
                    forwarding,
                    to.mirrors(),
                    to.cluster().environment(),
                    to.cluster().caller()));
            routes.add(withoutTunnels(to));
        } else if (destination instanceof Destination.ToAdapter to) {
            Routes.forwarding(toAdapter(to, redirects, leaving), to.dependency().retries())
                    .forEach(route -> routes.add(Routes.isUpgrade(route) ? toUpgrades(to, route) : route));
            routes.add(withoutTunnels(to));
        } else if (destination instanceof Destination.ToConnection to) {
            Route.Builder origin = Leaving.to(to);
            routes.add(Routes.connecting(origin.clone(), to.cluster().toString()));
            routes.add(Routes.answer(
                    Routes.EVERYTHING,
                    503,
                    "adapter " + to.name() + " is a TCP adapter: it answers only CONNECT",
                    origin));
        } else if (destination instanceof Destination.RefusedDestination refused) {
            routes.addAll(Routes.refused(503, refused.reason(), Routes.from(refused.origin(), refused.name())));
        }
        return routes;
    }

    /** Answers a CONNECT, which no other route to an HTTP target matches. */
    private static Route withoutTunnels(Destination to) {
        return Routes.answer(
                Routes.CONNECT, 404, "no route to " + to.name() + " matches this request", Route.newBuilder());
    }

    /** A WebSocket begins as HTTP/1.1, whatever protocol the target would choose for other calls. */
    private static Route toUpgrades(Destination.ToAdapter to, Route route) {
        if (to.adapter().grpc() || to.adapter().target().tls() == null) {
            return route;
        }
        Route.Builder upgrades = route.toBuilder();
        upgrades.getRouteBuilder().setCluster(new ClusterName.AdapterUpgrades(to.cluster()).toString());
        return upgrades.build();
    }

    private static Route.Builder toAdapter(Destination.ToAdapter to, Redirects redirects, Leaving leaving) {
        ResolvedAdapter.HttpAdapter adapter = to.adapter();
        RouteAction.Builder action = redirects
                .policy(RetryPolicies.bounded(Routes.forward(to.cluster().toString()), to.dependency()), to)
                .setHostRewriteLiteral(adapter.authority());
        if (!adapter.pathPrefix().isEmpty()) {
            action.setPrefixRewrite(adapter.pathPrefix() + "/");
        }
        Route.Builder route =
                Adapters.withHeaders(Leaving.to(to).setMatch(Routes.EVERYTHING).setRoute(action), to);
        return leaving.called(route, adapter);
    }
}
