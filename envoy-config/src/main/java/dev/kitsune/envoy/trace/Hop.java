package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request at one Envoy.
 *
 * @param listener by which it came in
 * @param received as it came
 * @param settled with what may not be set taken off and its context settled, before the context is taken off for a target
 *     outside the mesh
 * @param lookup how a route was looked for
 * @param notFollowed what the listener does beside what the trace follows
 */
public record Hop(
        String listener,
        RequestHeaders received,
        RequestHeaders settled,
        RouteLookup lookup,
        Outcome outcome,
        List<String> notFollowed) {
    public Hop {
        notFollowed = List.copyOf(notFollowed);
    }

    /**
     * The tables in which a route was looked for.
     *
     * @param scope the name of the ScopedRouteConfiguration; null where none was found
     * @param routes the name of the RouteConfiguration; null where none was found
     * @param hosts the virtual hosts of it, in their order
     * @param host the one that was chosen; null for none
     * @param candidates the routes of that, in their order
     */
    public record RouteLookup(
            @Nullable String scope,
            @Nullable String routes,
            List<VirtualHost> hosts,
            @Nullable VirtualHost host,
            List<Candidate> candidates) {
        static final RouteLookup WITHOUT_SCOPE = new RouteLookup(null, null, List.of(), null, List.of());

        public RouteLookup {
            hosts = List.copyOf(hosts);
            candidates = List.copyOf(candidates);
        }
    }
}
