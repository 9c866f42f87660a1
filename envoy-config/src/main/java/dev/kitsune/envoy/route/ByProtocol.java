package dev.kitsune.envoy.route;

import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.model.manifest.AppProtocol;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.List;
import java.util.function.Function;

/**
 * Routes to apps that may support only one HTTP version. The kind of a request decides the version, not the version of
 * the client. This costs a request nothing, because gRPC and WebSockets have separate routes anyway.
 */
final class ByProtocol {
    private ByProtocol() {}

    /** Returns the routes of {@link Routes#forwarding}, each to the cluster of its HTTP version. */
    static List<Route> of(List<Route> routes, AppProtocol protocol, Function<HttpVersion, ClusterName> clusters) {
        return routes.stream()
                .map(route -> to(clusters.apply(http(route, protocol)), route))
                .toList();
    }

    /** Hardly any server accepts WebSockets by HTTP/2, and none accepts gRPC by HTTP/1.1. */
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
