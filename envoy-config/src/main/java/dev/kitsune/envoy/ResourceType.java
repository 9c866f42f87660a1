package dev.kitsune.envoy;

import java.util.Arrays;
import java.util.Optional;

/**
 * The types of resource that Kitsune serves, in the order in which additions are sent. Removals are sent in reverse
 * order.
 */
public enum ResourceType {
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    SECRET("envoy.extensions.transport_sockets.tls.v3.Secret"),
    LISTENER("envoy.config.listener.v3.Listener"),
    SCOPED_ROUTE("envoy.config.route.v3.ScopedRouteConfiguration"),
    ROUTE("envoy.config.route.v3.RouteConfiguration");

    private final String typeUrl;

    ResourceType(String messageName) {
        this.typeUrl = "type.googleapis.com/" + messageName;
    }

    public String typeUrl() {
        return typeUrl;
    }

    /** Whether wildcard subscriptions exist for this type. Every type can be subscribed to by name. */
    public boolean hasWildcard() {
        return this == CLUSTER || this == LISTENER || this == SCOPED_ROUTE;
    }

    public static Optional<ResourceType> ofTypeUrl(String typeUrl) {
        return Arrays.stream(values()).filter(t -> t.typeUrl.equals(typeUrl)).findFirst();
    }
}
