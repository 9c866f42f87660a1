package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Dependency;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.UpgradeConfig;
import io.envoyproxy.envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.RouteMatch.ConnectMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Common parts of the routes of all directions. */
final class Routes {
    static final RouteMatch EVERYTHING = RouteMatch.newBuilder().setPrefix("/").build();

    /** No other match accepts a CONNECT, because a CONNECT has no path. */
    static final RouteMatch CONNECT = RouteMatch.newBuilder()
            .setConnectMatcher(ConnectMatcher.getDefaultInstance())
            .build();

    static final Duration NONE = Durations.ZERO;
    private static final Duration SILENCE = Durations.fromMinutes(5);

    /** This configuration turns a filter off, unless a route below has a configuration for the filter. */
    static final Any OFF = Any.pack(FilterConfig.newBuilder().setDisabled(true).build());

    /** This configuration turns a filter on that the route configuration turns off, and changes nothing about it. */
    static final Any ON = Any.pack(
            FilterConfig.newBuilder().setConfig(Any.getDefaultInstance()).build());

    private Routes() {}

    static RouteConfiguration.Builder configuration(RouteName name, List<VirtualHost> hosts) {
        RouteConfiguration.Builder configuration = RouteConfiguration.newBuilder();
        // A gateway finds the scope only after all filters were chosen, so nothing can be turned off there.
        if (!(name instanceof RouteName.GatewayRouteName)) {
            configuration.putTypedPerFilterConfig(WireNames.NORMALISER_FILTER, OFF);
            configuration.putTypedPerFilterConfig(WireNames.USE_FILTER, OFF);
        }
        if (name instanceof RouteName.OutboundRouteName) {
            configuration.putTypedPerFilterConfig(WireNames.LEAVING_FILTER, OFF);
            configuration.putTypedPerFilterConfig(WireNames.CALL_FILTER, OFF);
        }
        hosts.forEach(host -> configuration.addVirtualHosts(named(host)));
        return configuration
                .setName(name.toString())
                .addRequestHeadersToRemove(WireNames.SCOPE_HEADER)
                // Clusters come at their first use.
                .setValidateClusters(BoolValue.of(false))
                .setIgnorePortInHostMatching(true);
    }

    /** The normaliser recognises a loaded route by its name. The targets of redirects have names of their own. */
    private static VirtualHost named(VirtualHost host) {
        VirtualHost.Builder named = host.toBuilder();
        named.getRoutesBuilderList().stream()
                .filter(route -> route.getName().isEmpty())
                .forEach(route -> route.setName(host.getName()));
        return named.build();
    }

    /** Returns a virtual host for all hosts. */
    static VirtualHost anyHost(String name, List<Route> routes) {
        return VirtualHost.newBuilder()
                .setName(name)
                .addDomains("*")
                .addAllRoutes(routes)
                .build();
    }

    /**
     * Returns one route for gRPC, one for WebSockets, and the routes for everything else. Streams of the first two may
     * be silent without limit, and any other answer for five minutes.
     *
     * @param declared of the dependency; null where there are none
     */
    static List<Route> forwarding(Route.Builder route, Dependency.@Nullable Retries declared) {
        RouteMatch match = route.getMatch();
        List<Route> routes = new ArrayList<>(List.of(
                idle(
                        with(route, RetryPolicies.ofGrpc(declared)),
                        match.toBuilder().setGrpc(GrpcRouteMatchOptions.getDefaultInstance()),
                        NONE),
                idle(
                        with(route, RetryPolicies.policy(declared, Methods.READING)),
                        match.toBuilder().addHeaders(Websockets.REQUESTED),
                        NONE)));
        routes.addAll(byMethod(route, declared));
        return routes;
    }

    /** Returns the routes for everything else: one for each group of methods that Envoy treats differently. */
    static List<Route> byMethod(Route.Builder route, Dependency.@Nullable Retries declared) {
        List<Route> routes = new ArrayList<>();
        Route.Builder outer = treated(route, declared, Methods.ALL);
        for (Methods group : List.of(Methods.IDEMPOTENT, Methods.SAFE, Methods.READING)) {
            Route.Builder inner = treated(route, declared, group);
            if (!inner.getRoute().equals(outer.getRoute())) {
                group.exclude(outer.getMatchBuilder());
                routes.add(silenceBounded(outer));
                outer = inner;
            }
        }
        routes.add(silenceBounded(outer));
        return routes;
    }

    private static Route.Builder treated(Route.Builder route, Dependency.@Nullable Retries declared, Methods methods) {
        Route.Builder treated = with(route, RetryPolicies.policy(declared, methods));
        Redirects.narrow(treated.getRouteBuilder(), methods);
        return treated;
    }

    private static Route.Builder with(Route.Builder route, RetryPolicy policy) {
        Route.Builder repeated = route.clone();
        RetryPolicies.with(repeated.getRouteBuilder(), policy);
        return repeated;
    }

    /** Whether a route is that of WebSockets. */
    static boolean isUpgrade(Route route) {
        return route.getMatch().getHeadersList().contains(Websockets.REQUESTED);
    }

    /**
     * Limits the silence of the call to the cluster. A request that waited for its routes is under the listener's short
     * limit until some data flows, and only a route without a limit of its own lifts that at once.
     */
    private static Route silenceBounded(Route.Builder route) {
        Route.Builder bounded = route.clone();
        bounded.getRouteBuilder().getRetryPolicyBuilder().setPerTryIdleTimeout(SILENCE);
        return idle(bounded, route.getMatch().toBuilder(), NONE);
    }

    private static Route idle(Route.Builder route, RouteMatch.Builder match, Duration idle) {
        RouteAction action = route.getRoute().toBuilder().setIdleTimeout(idle).build();
        return route.clone().setMatch(match).setRoute(action).build();
    }

    /** Forwards the bytes of a CONNECT unchanged and without a time limit. */
    static Route connecting(Route.Builder route, String cluster) {
        return route.setMatch(CONNECT)
                .setRoute(RetryPolicies.with(forward(cluster), RetryPolicies.ofUnknown())
                        .setIdleTimeout(NONE)
                        .addUpgradeConfigs(UpgradeConfig.newBuilder()
                                .setUpgradeType("CONNECT")
                                .setConnectConfig(ConnectConfig.getDefaultInstance())))
                .build();
    }

    /** Forwards without a limit on the whole answer, because a limit would break streams. */
    static RouteAction.Builder forward(String cluster) {
        return RouteAction.newBuilder().setCluster(cluster).setTimeout(NONE);
    }

    static Route answer(RouteMatch match, int status, String text, Route.Builder origin) {
        return origin.clone()
                .setMatch(match)
                .setDirectResponse(DirectResponseAction.newBuilder()
                        .setStatus(status)
                        .setBody(DataSource.newBuilder().setInlineString(AnswerText.fitting(text))))
                .build();
    }

    /** Returns the last route of every list. */
    static Route catchAll(int status, String text) {
        return answer(EVERYTHING, status, text, Route.newBuilder());
    }

    /**
     * Returns the last routes of a list for calls from inside. It needs a second route, because no other match accepts
     * a CONNECT.
     */
    static List<Route> refused(int status, String text) {
        return refused(status, text, Route.newBuilder());
    }

    static List<Route> refused(int status, String text, Route.Builder origin) {
        return List.of(answer(CONNECT, status, text, origin), answer(EVERYTHING, status, text, origin));
    }

    static HeaderValueOption header(String name, String text) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(literal(text)))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .setKeepEmptyValue(true)
                .build();
    }

    /**
     * Returns a header with an Envoy format string that refers to other headers. Shared routes name the virtual
     * environment in this way.
     */
    static HeaderValueOption formatted(String name, String format) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(format))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }

    /** A user's text is not a format string. A single percent sign would make Envoy reject the whole configuration. */
    private static String literal(String text) {
        return text.replace("%", "%%");
    }

    static Route.Builder from(dev.kitsune.model.snapshot.Origin origin, String target) {
        return Route.newBuilder().setMetadata(Origins.metadata(origin, target));
    }
}
