package dev.kitsune.envoy.route;

import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where an app's own calls go: what its component version declares, as the request's environment resolves it. */
final class OutboundRoutes {
    private OutboundRoutes() {}

    /** All that these routes depend on, and so what two environments are compared by. Sorted by name. */
    static List<Destination> destinations(
            ComponentVersion caller, Declaration declaration, ResolvedEnvironment environment, SnapshotView view) {
        List<Destination> all = new ArrayList<>();
        new TreeMap<>(declaration.dependencies())
                .forEach((name, dependency) ->
                        all.add(Destination.of(name, dependency, caller, declaration, environment, view)));
        return all;
    }

    static RouteConfiguration of(RouteName.Outbound name, List<Destination> destinations, SnapshotView view) {
        List<VirtualHost> hosts = new ArrayList<>();
        // A domain may stand once: own components come first by their short names, then the alphabet decides.
        Set<String> taken = new HashSet<>();
        for (Destination destination : destinations) {
            List<String> free =
                    destination.domains().stream().filter(taken::add).toList();
            if (!free.isEmpty()) {
                hosts.add(VirtualHost.newBuilder()
                        .setName(destination.name())
                        .addAllDomains(free)
                        .addAllRoutes(routes(destination))
                        .build());
            }
        }
        hosts.add(EgressRoutes.undeclared(name.caller(), view.platform()));
        return Routes.configuration(name, hosts).build();
    }

    private static List<Route> routes(Destination destination) {
        List<Route> routes = new ArrayList<>();
        if (destination instanceof Destination.ToComponent to) {
            routes.addAll(Routes.forwarding(
                    Routes.from(to.origin(), to.cluster().version().toString())
                            .setMatch(Routes.EVERYTHING)
                            .setRoute(Retries.apply(Routes.forward(to.cluster().toString()), to.dependency()))));
        } else if (destination instanceof Destination.ToAdapter to) {
            routes.addAll(Routes.forwarding(toAdapter(to)));
        } else if (destination instanceof Destination.Refused refused) {
            routes.add(Routes.answer(
                    Routes.EVERYTHING, 503, refused.reason(), Routes.from(refused.origin(), refused.name())));
        }
        routes.add(Routes.catchAll(404, "no route to " + destination.name() + " holds for this request"));
        return routes;
    }

    /** The context stays on: what is declared may belong to a mesh of its own, and answers of Envoy's can name it. */
    private static Route.Builder toAdapter(Destination.ToAdapter to) {
        ResolvedAdapter.Http adapter = to.adapter();
        RouteAction.Builder action = Retries.apply(Routes.forward(to.cluster().toString()), to.dependency())
                .setHostRewriteLiteral(authority(adapter));
        if (!adapter.pathPrefix().isEmpty()) {
            action.setPrefixRewrite(adapter.pathPrefix() + "/");
        }
        Route.Builder route = Routes.from(adapter.origin(), to.name())
                .setMatch(Routes.EVERYTHING)
                .setRoute(action);
        new TreeMap<>(adapter.headers()).forEach((name, value) -> {
            if (value instanceof HeaderValue.Plain plain) {
                route.addRequestHeadersToAdd(Routes.header(name, plain.text()));
            }
        });
        if (!adapter.query().isEmpty()) {
            Script.on(route, WireNames.QUERY_FILTER, "query", query(adapter));
        }
        return route;
    }

    private static String authority(ResolvedAdapter.Http adapter) {
        int usual = adapter.tls() == null ? 80 : 443;
        String host = adapter.host().contains(":") ? "[" + adapter.host() + "]" : adapter.host();
        return adapter.port() == usual ? host : host + ":" + adapter.port();
    }

    /** The parameters come percent-encoded from resolving. */
    private static String query(ResolvedAdapter.Http adapter) {
        return new TreeMap<>(adapter.query())
                .entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining("&"));
    }
}
