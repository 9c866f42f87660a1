package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Destination.ToAdapter;
import dev.kitsune.envoy.route.Destination.ToConnection;
import dev.kitsune.model.manifest.Adapter.ContextHandling;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Calls that leave the mesh. Their routes remove the context, which stays in the mesh. The outbound listener's filter has
 * copied to the request's metadata what is needed afterwards ({@link ContextRules}).
 */
final class Leaving {
    private static final HeaderValueOption OTHER_BAGGAGE =
            Routes.formatted("baggage", "%DYNAMIC_METADATA(" + Origins.NAMESPACE + ":" + Origins.BAGGAGE + ")%");

    private final Context context;
    private final Any redirected;

    Leaving(Context context) {
        this.context = context;
        this.redirected = Any.pack(ContextRules.ofRedirected(context));
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

    Route.Builder called(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        Route.Builder leaving = keepsContext(adapter) ? route : withoutContext(route);
        return adapter.query().isEmpty()
                ? leaving
                : Script.on(leaving, WireNames.QUERY_FILTER, Map.of("query", query(adapter)));
    }

    /** A redirect adds no query. */
    Route.Builder redirected(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        return keepsContext(adapter)
                ? route
                : withoutContext(route).putTypedPerFilterConfig(WireNames.LEAVING_FILTER, redirected);
    }

    Route.Builder withoutContext(Route.Builder route) {
        route.addRequestHeadersToRemove(context.header())
                .addRequestHeadersToRemove(context.deploymentHeader())
                .putTypedPerFilterConfig(WireNames.LEAVING_FILTER, Routes.ON);
        return context.baggage()
                ? route.addRequestHeadersToRemove("baggage").addRequestHeadersToAdd(0, OTHER_BAGGAGE)
                : route;
    }

    private static boolean keepsContext(ResolvedAdapter.HttpAdapter adapter) {
        return adapter.behaviour().context() == ContextHandling.Pass;
    }

    /** The parameters come percent-encoded from resolving. */
    private static String query(ResolvedAdapter.HttpAdapter adapter) {
        return new TreeMap<>(adapter.query())
                .entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining("&"));
    }
}
