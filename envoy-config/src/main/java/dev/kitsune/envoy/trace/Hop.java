package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request at one Envoy.
 *
 * @param listener the name of the listener that received it
 * @param received the request as it arrived
 * @param settled the request with its context determined and forged headers removed, before the context is removed for
 *     a target outside the mesh
 * @param lookup the lookup of its route
 * @param contextRefused whether the context itself was refused, so that no virtual environment was looked up
 * @param notFollowed the filters that the trace does not follow
 */
public record Hop(
        String listener,
        RequestHeaders received,
        RequestHeaders settled,
        RouteLookup lookup,
        Outcome outcome,
        boolean contextRefused,
        List<String> notFollowed) {
    public Hop {
        notFollowed = List.copyOf(notFollowed);
    }

    /**
     * The lookup of a route.
     *
     * @param scope the name of the ScopedRouteConfiguration; null if none was found
     * @param routes the name of the RouteConfiguration; null if none was found
     * @param hosts its virtual hosts, in their order
     * @param host the chosen virtual host; null for none
     * @param candidates the routes of the chosen virtual host, in their order
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
