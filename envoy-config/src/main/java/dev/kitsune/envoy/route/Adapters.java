package dev.kitsune.envoy.route;

import dev.kitsune.envoy.cluster.RouteCredentials;
import dev.kitsune.model.snapshot.HeaderValue;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.TreeMap;

/** The headers of an HTTP adapter: those that are not secret, and the secret ones if its cluster does not add them. */
final class Adapters {
    private Adapters() {}

    static Route.Builder withHeaders(Route.Builder route, Destination.ToAdapter to) {
        new TreeMap<>(to.adapter().headers()).forEach((name, value) -> {
            if (value instanceof HeaderValue.Plain plain) {
                route.addRequestHeadersToAdd(Routes.header(name, plain.text()));
            }
        });
        return RouteCredentials.on(route, to.credentials());
    }
}
