package dev.kitsune.envoy.route;

import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.TreeMap;

/** The headers of an HTTP adapter that are not secret. */
final class Adapters {
    private Adapters() {}

    static Route.Builder withHeaders(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        new TreeMap<>(adapter.headers()).forEach((name, value) -> {
            if (value instanceof HeaderValue.Plain plain) {
                route.addRequestHeadersToAdd(Routes.header(name, plain.text()));
            }
        });
        return route;
    }
}
