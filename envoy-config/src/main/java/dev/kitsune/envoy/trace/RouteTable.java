package dev.kitsune.envoy.trace;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.trace.Candidate.Verdict;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lookup from a scope key to a route.
 *
 * @param host null if no virtual host has a domain for the request
 */
record RouteTable(
        String scope,
        RouteConfiguration configuration,
        @Nullable VirtualHost host,
        List<Candidate> candidates) {
    private static final Set<String> CONFIGURATION = Set.of(
            "name",
            "virtual_hosts",
            "typed_per_filter_config",
            "request_headers_to_remove",
            "request_headers_to_add",
            "response_headers_to_add",
            "validate_clusters",
            "ignore_port_in_host_matching");
    private static final Set<String> HOST = Set.of(
            "name",
            "domains",
            "routes",
            "metadata",
            "typed_per_filter_config",
            "request_headers_to_add",
            "request_headers_to_remove",
            "response_headers_to_add");

    /** Returns null if no scope has the key. */
    static @Nullable RouteTable find(String key, RequestHeaders request, ProxyResources held) {
        ScopedRouteConfiguration scope = held.scope(key).orElse(null);
        RouteConfiguration configuration = scope == null
                ? null
                : held.get(ResourceType.ROUTE, scope.getRouteConfigurationName(), RouteConfiguration.class)
                        .orElse(null);
        if (scope == null || configuration == null) {
            return null;
        }
        KnownFields.only(configuration, CONFIGURATION);
        VirtualHost host =
                HostMatching.choose(configuration, request.authority()).orElse(null);
        if (host != null) {
            KnownFields.only(host, HOST);
        }
        List<Candidate> candidates = host == null ? List.of() : candidates(host, request);
        return new RouteTable(scope.getName(), configuration, host, candidates);
    }

    private static List<Candidate> candidates(VirtualHost host, RequestHeaders request) {
        List<Candidate> all = new ArrayList<>();
        boolean taken = false;
        for (Route route : host.getRoutesList()) {
            if (taken) {
                all.add(new Candidate(route, Verdict.NOT_TRIED, ""));
                continue;
            }
            Optional<String> failure = RouteMatching.fails(route.getMatch(), request);
            taken = failure.isEmpty();
            all.add(new Candidate(route, taken ? Verdict.TAKEN : Verdict.PASSED, failure.orElse("")));
        }
        return all;
    }

    /** Returns the matching route; empty if there is none. */
    Optional<Route> route() {
        return candidates.stream()
                .filter(candidate -> candidate.verdict() == Verdict.TAKEN)
                .findFirst()
                .map(Candidate::route);
    }

    /** Returns the metadata of the matching route. */
    Map<String, Struct> metadata() {
        return route().map(route -> route.getMetadata().getFilterMetadataMap()).orElse(Map.of());
    }

    Map<String, Struct> hostMetadata() {
        return host == null ? Map.of() : host.getMetadata().getFilterMetadataMap();
    }

    /** Returns the configuration of the route, else of its virtual host, else of the table. */
    Optional<Any> filterConfig(String filter) {
        return Stream.of(
                        route().map(Route::getTypedPerFilterConfigMap).orElse(Map.of()),
                        host == null ? Map.<String, Any>of() : host.getTypedPerFilterConfigMap(),
                        configuration.getTypedPerFilterConfigMap())
                .flatMap(configs -> Optional.ofNullable(configs.get(filter)).stream())
                .findFirst();
    }
}
