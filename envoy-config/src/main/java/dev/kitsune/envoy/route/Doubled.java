package dev.kitsune.envoy.route;

import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/**
 * Routes for requests that name several app deployments. The normaliser, which other routes turn off, makes one value of
 * equal ones and chooses the route again. If there is still more than one value, these routes refuse the request. They
 * turn on every filter that the next route may need, because Envoy decides only once which filters run.
 */
final class Doubled {
    private Doubled() {}

    /** {@code header}: that names the app deployment */
    static Route ofRequests(String header) {
        Route.Builder route =
                Routes.catchAll(400, "header " + header + " names two different app deployments: send one").toBuilder();
        route.getMatchBuilder()
                .addHeaders(HeaderMatcher.newBuilder()
                        .setName(header)
                        .setStringMatch(StringMatcher.newBuilder().setContains(",")));
        return route.putTypedPerFilterConfig(WireNames.NORMALISER_FILTER, Routes.ON)
                .build();
    }

    /** The same for the calls of an app, which may be tunnels. */
    static List<Route> ofCalls(String header) {
        Route call = ofRequests(header).toBuilder()
                .putTypedPerFilterConfig(WireNames.ON_DEMAND_FILTER, Routes.ON)
                .putTypedPerFilterConfig(WireNames.LEAVING_FILTER, Routes.ON)
                .putTypedPerFilterConfig(WireNames.CALL_FILTER, Routes.ON)
                .build();
        Route.Builder tunnel = call.toBuilder();
        tunnel.getMatchBuilder().setConnectMatcher(Routes.CONNECT.getConnectMatcher());
        return List.of(tunnel.build(), call);
    }
}
