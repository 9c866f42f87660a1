package dev.kitsune.xds.delta;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.store.StoredResource;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The clusters that a RouteConfiguration names. */
final class NamedClusters {
    private static final Any OFF =
            Any.pack(FilterConfig.newBuilder().setDisabled(true).build());

    private NamedClusters() {}

    /** Returns the clusters to which requests go. */
    static Set<String> ofForwarding(StoredResource routes) {
        return clusters(forwarding(routes));
    }

    /** Returns the clusters to which requests go by routes that do not load a cluster at its first use. */
    static Set<String> notOnDemand(StoredResource routes) {
        RouteConfiguration configuration = unpacked(routes);
        return clusters(configuration.getVirtualHostsList().stream().flatMap(host -> host.getRoutesList().stream()
                .filter(Route::hasRoute)
                .filter(route -> Stream.of(
                                route.getTypedPerFilterConfigMap(),
                                host.getTypedPerFilterConfigMap(),
                                configuration.getTypedPerFilterConfigMap())
                        .flatMap(configs -> Stream.ofNullable(configs.get(WireNames.ON_DEMAND_FILTER)))
                        .findFirst()
                        .filter(OFF::equals)
                        .isPresent())));
    }

    private static Set<String> clusters(Stream<Route> routes) {
        return routes.map(route -> route.getRoute().getCluster())
                .filter(cluster -> !cluster.isEmpty())
                .collect(Collectors.toSet());
    }

    /** The component versions to which requests or their copies go. */
    static Set<ComponentVersion> versions(StoredResource routes) {
        return forwarding(routes)
                .map(Route::getRoute)
                .flatMap(action -> Stream.concat(
                        Stream.of(action.getCluster()),
                        action.getRequestMirrorPoliciesList().stream().map(RequestMirrorPolicy::getCluster)))
                .flatMap(cluster -> ClusterName.parse(cluster).stream())
                .flatMap(NamedClusters::version)
                .collect(Collectors.toSet());
    }

    private static Stream<ComponentVersion> version(ClusterName cluster) {
        if (cluster instanceof ClusterName.ComponentClusterName component) {
            return Stream.of(component.version());
        }
        return cluster instanceof ClusterName.MirrorClusterName mirror ? Stream.of(mirror.version()) : Stream.empty();
    }

    private static Stream<Route> forwarding(StoredResource routes) {
        return unpacked(routes).getVirtualHostsList().stream()
                .flatMap(host -> host.getRoutesList().stream())
                .filter(Route::hasRoute);
    }

    private static RouteConfiguration unpacked(StoredResource routes) {
        try {
            return routes.packed().getResource().unpack(RouteConfiguration.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("routes that we packed are not well formed", e);
        }
    }
}
