package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the routes of a virtual host have in common. The virtual host holds it once, because an Envoy keeps every copy. */
final class SharedParts {
    private SharedParts() {}

    /** What routes do with the headers of a request. */
    private record HeaderChanges(List<String> removed, List<HeaderValueOption> added) {}

    static VirtualHost once(VirtualHost.Builder host) {
        shared(host, route -> route.getMetadata().getFilterMetadataMap().get(Origins.NAMESPACE))
                .ifPresent(origin -> origin(host, origin));
        for (String filter :
                List.of(WireNames.LEAVING_FILTER, WireNames.ON_DEMAND_FILTER, WireNames.CREDENTIALS_FILTER)) {
            shared(host, route -> route.getTypedPerFilterConfigMap().get(filter))
                    .ifPresent(config -> filterConfig(host, filter, config));
        }
        shared(host, SharedParts::headers).ifPresent(changes -> headers(host, changes));
        return host.build();
    }

    private static @Nullable HeaderChanges headers(Route route) {
        return route.hasRoute()
                ? new HeaderChanges(route.getRequestHeadersToRemoveList(), route.getRequestHeadersToAddList())
                : null;
    }

    /** Returns the part if all routes have the same one, except answers, which need none. */
    private static <P> Optional<P> shared(VirtualHost.Builder host, Function<Route, @Nullable P> part) {
        Set<Optional<P>> parts = new HashSet<>();
        for (Route route : host.getRoutesList()) {
            Optional<P> own = Optional.ofNullable(part.apply(route));
            if (route.hasRoute() || own.isPresent()) {
                parts.add(own);
            }
        }
        return parts.size() == 1 ? parts.iterator().next() : Optional.empty();
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

    private static void filterConfig(VirtualHost.Builder host, String filter, Any config) {
        host.putTypedPerFilterConfig(filter, config);
        host.getRoutesBuilderList().forEach(route -> route.removeTypedPerFilterConfig(filter));
    }

    private static void headers(VirtualHost.Builder host, HeaderChanges changes) {
        host.addAllRequestHeadersToRemove(changes.removed()).addAllRequestHeadersToAdd(changes.added());
        host.getRoutesBuilderList()
                .forEach(route -> route.clearRequestHeadersToRemove().clearRequestHeadersToAdd());
    }
}
