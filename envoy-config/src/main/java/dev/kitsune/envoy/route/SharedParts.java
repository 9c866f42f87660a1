package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the routes of a virtual host have in common. The virtual host holds it once, because an Envoy keeps every copy.
 * The metadata of a route alone takes 1 KB there.
 */
final class SharedParts {
    private static final List<String> FILTERS = List.of(WireNames.LEAVING_FILTER, WireNames.BAGGAGE_FILTER);

    private SharedParts() {}

    static VirtualHost once(VirtualHost.Builder host) {
        shared(host, route -> route.getMetadata().getFilterMetadataMap().get(Origins.NAMESPACE))
                .ifPresent(origin -> origin(host, origin));
        for (String filter : FILTERS) {
            shared(host, route -> route.getTypedPerFilterConfigMap().get(filter))
                    .ifPresent(config -> filter(host, filter, config));
        }
        return host.build();
    }

    /** Returns the part if all routes have the same one, except answers, which need none. */
    private static <P> Optional<P> shared(VirtualHost.Builder host, Function<Route, @Nullable P> part) {
        List<Optional<P>> parts = host.getRoutesList().stream()
                .filter(route -> route.hasRoute() || part.apply(route) != null)
                .map(route -> Optional.ofNullable(part.apply(route)))
                .distinct()
                .toList();
        return parts.size() == 1 ? parts.get(0) : Optional.empty();
    }

    private static void origin(VirtualHost.Builder host, Struct origin) {
        host.getMetadataBuilder().putFilterMetadata(Origins.NAMESPACE, origin);
        for (Route.Builder route : host.getRoutesBuilderList()) {
            if (Objects.equals(route.getMetadata().getFilterMetadataMap().get(Origins.NAMESPACE), origin)) {
                route.getMetadataBuilder().removeFilterMetadata(Origins.NAMESPACE);
                if (route.getMetadata().getFilterMetadataCount() == 0) {
                    route.clearMetadata();
                }
            }
        }
    }

    private static void filter(VirtualHost.Builder host, String filter, Any config) {
        host.putTypedPerFilterConfig(filter, config);
        host.getRoutesBuilderList().forEach(route -> route.removeTypedPerFilterConfig(filter));
    }
}
