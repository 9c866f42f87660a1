package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Destination.ToAdapter;
import dev.kitsune.envoy.route.Destination.ToConnection;
import dev.kitsune.model.manifest.Adapter.ContextHandling;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Calls that leave the mesh. Their routes remove the context, which stays in the mesh. Local replies name the virtual
 * environment nevertheless. The routes hold its name if they belong to it alone. Otherwise the outbound listener's filter
 * copies it to the request's metadata ({@link ContextRules}), which costs each call some work.
 */
final class Leaving {
    private static final Any REDIRECTED = Any.pack(ContextRules.ofRedirected());

    private final Context context;
    private final RouteName.OutboundRouteName routes;

    Leaving(RouteName.OutboundRouteName routes, Context context) {
        this.routes = routes;
        this.context = context;
    }

    /** Whether the routes of a virtual environment's descendants must differ from its own. */
    static boolean differsForDescendants(Declaration declaration) {
        return declaration.dependencies().values().stream()
                .anyMatch(dependency -> dependency.type() == DependencyType.Adapter);
    }

    /** Names the adapter and its address for Envoy's own answers. */
    static Route.Builder to(ToAdapter to) {
        return Route.newBuilder()
                .setMetadata(Origins.ofAdapter(
                        to.adapter().origin(), to.name(), to.adapter().authority()));
    }

    static Route.Builder to(ToConnection to) {
        return Route.newBuilder().setMetadata(Origins.ofAdapter(to.origin(), to.name(), to.address()));
    }

    /**
     * Returns the routes for calls with baggage, which come before the others. Their script removes the context from the
     * baggage and leads the call to the other routes. Without the script, the call goes without baggage. There is one
     * such route for each cluster of the others, because Envoy fetches only the cluster of the first route.
     */
    List<Route> withBaggage(List<Route> others, ResolvedAdapter.HttpAdapter adapter) {
        return keepsContext(adapter) ? List.of() : withBaggage(others, adapter.query());
    }

    /** Adds these routes to a virtual host, at a position. */
    VirtualHost withBaggage(VirtualHost host, int position, ResolvedAdapter.HttpAdapter adapter) {
        List<Route> others = host.getRoutesList().subList(position, host.getRoutesCount());
        return host.toBuilder()
                .clearRoutes()
                .addAllRoutes(host.getRoutesList().subList(0, position))
                .addAllRoutes(withBaggage(others, adapter))
                .addAllRoutes(others)
                .build();
    }

    /** The same for redirected calls, whose first target may keep the context. */
    List<Route> redirectedWithBaggage(List<Route> others, ResolvedAdapter.HttpAdapter adapter) {
        return keepsContext(adapter) ? List.of() : withBaggage(others, Map.of());
    }

    /** The same for calls to undeclared hosts. */
    List<Route> withBaggage(List<Route> others, Map<String, String> query) {
        if (!context.baggage()) {
            return List.of();
        }
        // The last route of a cluster has no conditions on the method.
        Map<String, Route> ofClusters = new LinkedHashMap<>();
        others.stream()
                .filter(route -> route.hasRoute() && !route.getMatch().hasConnectMatcher())
                .forEach(route -> {
                    ofClusters.remove(route.getRoute().getCluster());
                    ofClusters.put(route.getRoute().getCluster(), route);
                });
        Map<String, String> arguments = new TreeMap<>(Map.of("baggage", "without context"));
        if (!query.isEmpty()) {
            arguments.put("query", query(query));
        }
        return ofClusters.values().stream()
                .map(route -> {
                    Route.Builder first = route.toBuilder().addRequestHeadersToRemove("baggage");
                    first.getMatchBuilder().addHeaders(present("baggage")).addHeaders(present(context.header()));
                    return Script.on(first, WireNames.CALL_FILTER, arguments).build();
                })
                .toList();
    }

    private static HeaderMatcher present(String header) {
        return HeaderMatcher.newBuilder().setName(header).setPresentMatch(true).build();
    }

    Route.Builder called(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        Route.Builder leaving = keepsContext(adapter) ? route : named(withoutContext(route));
        return adapter.query().isEmpty()
                ? leaving
                : Script.on(leaving, WireNames.CALL_FILTER, Map.of("query", query(adapter.query())));
    }

    /** A redirect adds no query. */
    Route.Builder redirected(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        if (keepsContext(adapter)) {
            return route;
        }
        Route.Builder leaving = named(withoutContext(route));
        return routes.shared() ? leaving.putTypedPerFilterConfig(WireNames.LEAVING_FILTER, REDIRECTED) : leaving;
    }

    /** A call to an undeclared host. Descendants share its routes. */
    Route.Builder undeclared(Route.Builder route) {
        return withoutContext(copied(route));
    }

    private Route.Builder withoutContext(Route.Builder route) {
        return route.addRequestHeadersToRemove(context.header()).addRequestHeadersToRemove(context.deploymentHeader());
    }

    private Route.Builder named(Route.Builder route) {
        if (routes.shared()) {
            return copied(route);
        }
        Struct named =
                route
                        .getMetadata()
                        .getFilterMetadataOrDefault(Origins.NAMESPACE, Struct.getDefaultInstance())
                        .toBuilder()
                        .putFields(
                                Origins.VIRTUAL_ENVIRONMENT,
                                Origins.text(routes.virtualEnvironment().value()))
                        .build();
        route.getMetadataBuilder().putFilterMetadata(Origins.NAMESPACE, named);
        return route;
    }

    private static Route.Builder copied(Route.Builder route) {
        return route.putTypedPerFilterConfig(WireNames.LEAVING_FILTER, Routes.ON);
    }

    private static boolean keepsContext(ResolvedAdapter.HttpAdapter adapter) {
        return adapter.behaviour().context() == ContextHandling.Pass;
    }

    /** The parameters come percent-encoded from resolving. */
    private static String query(Map<String, String> query) {
        return new TreeMap<>(query)
                .entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining("&"));
    }
}
