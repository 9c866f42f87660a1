package dev.kitsune.envoy.trace;

import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Evaluates Envoy's router for a request, from the route to the endpoint. */
final class Forwarding {
    private static final Set<String> ROUTE = Set.of(
            "name",
            "match",
            "route",
            "direct_response",
            "metadata",
            "typed_per_filter_config",
            "request_headers_to_add",
            "request_headers_to_remove",
            "response_headers_to_add");
    private static final Set<String> ACTION = Set.of(
            "cluster",
            "timeout",
            "idle_timeout",
            "max_stream_duration",
            "retry_policy",
            "prefix_rewrite",
            "host_rewrite_literal",
            "internal_redirect_policy",
            "request_mirror_policies",
            "upgrade_configs");

    private final RouteTable table;
    private final ProxyResources held;
    private final Filters filters;
    private final List<String> notFollowed;

    Forwarding(RouteTable table, ProxyResources held, Filters filters, List<String> notFollowed) {
        this.table = table;
        this.held = held;
        this.filters = filters;
        this.notFollowed = notFollowed;
    }

    /** Either the destination, or the reason why Envoy answers by itself. */
    record ForwardingResult(
            Optional<Outcome.Forwarded> forwarded,
            Optional<LocalReplies.ReplyReason> answered,
            RequestHeaders request) {}

    ForwardingResult of(Route route, RequestHeaders request) {
        KnownFields.only(route, ROUTE);
        if (route.hasDirectResponse()) {
            LocalReplies.ReplyReason reason = new LocalReplies.ReplyReason(
                    route.getDirectResponse().getStatus(),
                    route.getDirectResponse().getBody().getInlineString(),
                    "",
                    "direct_response");
            return answered(reason, request);
        }
        if (!route.hasRoute()) {
            throw KnownFields.unknown("a route that neither forwards nor answers");
        }
        KnownFields.only(route.getRoute(), ACTION);
        RequestHeaders sent = rewritten(route, mutated(route, request));
        String name = route.getRoute().getCluster();
        Optional<Cluster> cluster = held.get(ResourceType.CLUSTER, name, Cluster.class);
        if (cluster.isEmpty()) {
            return answered(LocalReplies.ReplyReason.NO_CLUSTER, sent);
        }
        List<String> endpoints = endpoints(cluster.get(), sent);
        if (endpoints.isEmpty()) {
            return answered(LocalReplies.ReplyReason.NO_ENDPOINT, sent);
        }
        Upstream upstream = new Upstream(table, held, notFollowed);
        Optional<Upstream.Passed> passed = upstream.run(cluster.get(), sent);
        if (passed.isEmpty()) {
            return answered(LocalReplies.ReplyReason.NO_CREDENTIAL, sent);
        }
        if (route.getRoute().hasInternalRedirectPolicy()) {
            notFollowed.add("where a redirect in the answer leads");
        }
        List<String> mirrors = route.getRoute().getRequestMirrorPoliciesList().stream()
                .map(RequestMirrorPolicy::getCluster)
                .toList();
        return new ForwardingResult(
                Optional.of(new Outcome.Forwarded(
                        name,
                        endpoints,
                        passed.get().request(),
                        passed.get().credentials(),
                        mirrors,
                        answerHeaders(sent))),
                Optional.empty(),
                sent);
    }

    private static ForwardingResult answered(LocalReplies.ReplyReason reason, RequestHeaders request) {
        return new ForwardingResult(Optional.empty(), Optional.of(reason), request);
    }

    /** The route's own mutations come first. At each level, removals come before additions. */
    private RequestHeaders mutated(Route route, RequestHeaders request) {
        RequestHeaders result =
                mutated(request, route.getRequestHeadersToRemoveList(), route.getRequestHeadersToAddList());
        VirtualHost host = table.host();
        if (host != null) {
            result = mutated(result, host.getRequestHeadersToRemoveList(), host.getRequestHeadersToAddList());
        }
        RouteConfiguration all = table.configuration();
        return mutated(result, all.getRequestHeadersToRemoveList(), all.getRequestHeadersToAddList());
    }

    private RequestHeaders mutated(RequestHeaders request, List<String> off, List<HeaderValueOption> on) {
        RequestHeaders result = request;
        for (String name : off) {
            result = HeaderMutations.remove(result, name);
        }
        return HeaderMutations.add(result, on, filters.left());
    }

    Map<String, String> answerHeaders(RequestHeaders request) {
        List<HeaderValueOption> options = new ArrayList<>();
        table.route().ifPresent(route -> options.addAll(route.getResponseHeadersToAddList()));
        if (table.host() != null) {
            options.addAll(table.host().getResponseHeadersToAddList());
        }
        options.addAll(table.configuration().getResponseHeadersToAddList());
        Map<String, String> headers = new TreeMap<>();
        for (HeaderValueOption option : options) {
            String value = Format.header(option.getHeader().getValue(), Format.of(request));
            if (!value.isEmpty()) {
                headers.put(option.getHeader().getKey(), value);
            }
        }
        return filters.answerHeaders(headers, request, table);
    }

    private static RequestHeaders rewritten(Route route, RequestHeaders request) {
        RouteAction action = route.getRoute();
        RequestHeaders result = request;
        if (!action.getHostRewriteLiteral().isEmpty()) {
            result = result.with(RequestHeaders.AUTHORITY, action.getHostRewriteLiteral());
        }
        if (!action.getPrefixRewrite().isEmpty()) {
            String rest = request.path().substring(matched(route.getMatch()).length());
            result = result.with(RequestHeaders.PATH, action.getPrefixRewrite() + rest);
        }
        return result;
    }

    private static String matched(RouteMatch match) {
        return switch (match.getPathSpecifierCase()) {
            case PREFIX -> match.getPrefix();
            case PATH_SEPARATED_PREFIX -> match.getPathSeparatedPrefix();
            case PATH -> match.getPath();
            default -> throw KnownFields.unknown("a rewritten path with " + match.getPathSpecifierCase());
        };
    }

    private List<String> endpoints(Cluster cluster, RequestHeaders request) {
        if (cluster.getClusterType().getTypedConfig().is(ClusterConfig.class)) {
            String host = request.authority();
            return List.of(HostMatching.withoutPort(host).equals(host) ? host + ":80" : host);
        }
        ClusterLoadAssignment assignment = cluster.getType() == Cluster.DiscoveryType.EDS
                ? held.get(ResourceType.ENDPOINT, cluster.getName(), ClusterLoadAssignment.class)
                        .orElse(ClusterLoadAssignment.getDefaultInstance())
                : cluster.getLoadAssignment();
        return assignment.getEndpointsList().stream()
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .map(endpoint -> endpoint.getEndpoint().getAddress().getSocketAddress())
                .map(Forwarding::text)
                .toList();
    }

    private static String text(SocketAddress address) {
        String host = address.getAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPortValue();
    }
}
