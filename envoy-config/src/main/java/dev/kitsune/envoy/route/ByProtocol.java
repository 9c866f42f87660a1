package dev.kitsune.envoy.route;

import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.model.manifest.AppProtocol;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.List;
import java.util.function.Function;

/**
 * Routes to who may speak one HTTP alone: the sort of a request decides by which HTTP it arrives, and not the HTTP that its
 * client happened to use. It costs a request nothing, because gRPC and WebSockets have routes of their own anyway.
 */
final class ByProtocol {
    private ByProtocol() {}

    /** The routes of {@link Routes#forwarding}, each to the cluster of its HTTP. */
    static List<Route> of(List<Route> routes, AppProtocol protocol, Function<HttpVersion, ClusterName> clusters) {
        return routes.stream()
                .map(route -> to(clusters.apply(http(route, protocol)), route))
                .toList();
    }

    /** Hardly any server takes WebSockets by HTTP/2, and none takes gRPC by HTTP/1.1. */
    private static HttpVersion http(Route route, AppProtocol protocol) {
        if (Routes.isUpgrade(route)) {
            return HttpVersion.HTTP1;
        }
        return route.getMatch().hasGrpc() || protocol == AppProtocol.H2C ? HttpVersion.HTTP2 : HttpVersion.HTTP1;
    }

    private static Route to(ClusterName cluster, Route route) {
        Route.Builder led = route.toBuilder();
        led.getRouteBuilder().setCluster(cluster.toString());
        return led.build();
    }
}
