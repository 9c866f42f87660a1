package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Destination.ToAdapter;
import dev.kitsune.envoy.route.Destination.ToConnection;
import dev.kitsune.model.manifest.Adapter.ContextHandling;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Calls that leave the mesh. Their routes tell the script of the outbound listener which values to add and which to
 * remove.
 */
final class Leaving {
    private static final Map<String, String> WITHOUT_CONTEXT = Map.of("context", ContextHandling.Strip.name());

    private Leaving() {}

    /** Names the adapter and its address for Envoy's own answers. */
    static Route.Builder to(ToAdapter to) {
        return Route.newBuilder()
                .setMetadata(Origins.ofAdapter(
                        to.adapter().origin(), to.name(), to.adapter().authority()));
    }

    static Route.Builder to(ToConnection to) {
        return Route.newBuilder().setMetadata(Origins.ofAdapter(to.origin(), to.name(), to.address()));
    }

    static Route.Builder called(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        Map<String, String> arguments = new HashMap<>(context(adapter));
        if (!adapter.query().isEmpty()) {
            arguments.put("query", query(adapter));
        }
        return arguments.isEmpty() ? route : Script.on(route, WireNames.QUERY_FILTER, arguments);
    }

    /** A redirect adds no query. */
    static Route.Builder redirected(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        Map<String, String> arguments = context(adapter);
        return arguments.isEmpty() ? route : Script.on(route, WireNames.QUERY_FILTER, arguments);
    }

    static Route.Builder undeclared(Route.Builder route) {
        return Script.on(route, WireNames.QUERY_FILTER, WITHOUT_CONTEXT);
    }

    private static Map<String, String> context(ResolvedAdapter.HttpAdapter adapter) {
        return adapter.behaviour().context() == ContextHandling.Pass ? Map.of() : WITHOUT_CONTEXT;
    }

    /** The parameters come percent-encoded from resolving. */
    private static String query(ResolvedAdapter.HttpAdapter adapter) {
        return new TreeMap<>(adapter.query())
                .entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining("&"));
    }
}
