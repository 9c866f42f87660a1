package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Has the clusters of a virtual environment's routes come before the routes, to Envoys older than 1.40: there, a
 * request whose body is not whole yet (a stream, a WebSocket, a large upload) fails when its cluster is fetched while
 * it waits. It costs them the clusters that nobody uses.
 */
final class ClustersFirst {
    private static final int FIXED_IN_MINOR = 40;

    private final Subscription subscription;
    private final Map<String, StoredResource> waiting = new LinkedHashMap<>();

    ClustersFirst(Subscription subscription) {
        this.subscription = subscription;
    }

    static boolean isFor(Node node) {
        SemanticVersion version = node.getUserAgentBuildVersion().getVersion();
        return node.getUserAgentName().equals("envoy")
                && version.getMajorNumber() == 1
                && version.getMinorNumber() < FIXED_IN_MINOR;
    }

    /**
     * Keeps back the routes whose clusters the client has not got yet, and subscribes to those for it.
     *
     * @return what changed, without these routes, and with those that have waited long enough
     */
    Map<ResourceType, Map<String, Optional<StoredResource>>> sift(
            Map<ResourceType, Map<String, Optional<StoredResource>>> changed, TypeStream clusters) {
        if (waiting.isEmpty() && !changed.containsKey(ResourceType.ROUTE)) {
            return changed;
        }
        Map<ResourceType, Map<String, Optional<StoredResource>>> sifted = new EnumMap<>(ResourceType.class);
        changed.forEach((type, resources) -> sifted.put(type, new LinkedHashMap<>(resources)));
        Map<String, Optional<StoredResource>> routes = new LinkedHashMap<>();
        changed.getOrDefault(ResourceType.ROUTE, Map.of()).forEach((name, resource) -> {
            waiting.remove(name);
            resource.ifPresentOrElse(r -> waiting.put(name, r), () -> routes.put(name, resource));
        });
        Iterator<Map.Entry<String, StoredResource>> each = waiting.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, StoredResource> route = each.next();
            Set<String> needed = NamedClusters.ofForwarding(route.getValue());
            List<String> unasked =
                    needed.stream().filter(name -> !clusters.isKnown(name)).toList();
            clusters.subscribe(unasked, false);
            subscription.subscribe(ResourceType.CLUSTER, unasked);
            if (needed.stream().allMatch(clusters::isSettled)) {
                routes.put(route.getKey(), Optional.of(route.getValue()));
                each.remove();
            }
        }
        sifted.remove(ResourceType.ROUTE);
        if (!routes.isEmpty()) {
            sifted.put(ResourceType.ROUTE, routes);
        }
        subscription.take().forEach((type, resources) -> sifted.computeIfAbsent(type, t -> new LinkedHashMap<>())
                .putAll(resources));
        return sifted;
    }
}
