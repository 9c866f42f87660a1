package dev.kitsune.xds.delta;

import dev.kitsune.envoy.EnvoyVersion;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the clusters of a virtual environment's routes before the routes. These are the clusters of routes that turn
 * {@code on_demand} off, so that no request waits for them. An Envoy older than 1.40 gets all clusters of the routes. In
 * such an Envoy, a request with an incomplete body (a stream, a WebSocket, a large upload) fails if its cluster is fetched
 * while it waits. The cost is that unused clusters are sent as well.
 */
final class ClustersFirst {
    private static final int FIXED_IN_MINOR = 40;

    private final Subscription subscription;
    private final boolean all;
    private final Map<String, WaitingRoutes> waiting = new LinkedHashMap<>();
    private boolean released;

    /**
     * Routes that are held back, and the clusters that come first.
     *
     * @param since the wave in which they began to wait
     */
    private record WaitingRoutes(StoredResource routes, Set<String> needed, long since) {}

    private ClustersFirst(Subscription subscription, boolean all) {
        this.subscription = subscription;
        this.all = all;
    }

    /** Returns null for a client that is no Envoy. */
    static @Nullable ClustersFirst of(Node node, Subscription subscription) {
        return EnvoyVersion.isEnvoy(node)
                ? new ClustersFirst(subscription, EnvoyVersion.isOlder(node, FIXED_IN_MINOR))
                : null;
    }

    /**
     * Holds back the routes whose clusters the client does not have yet, and subscribes to these clusters for it.
     *
     * @return the changes without these routes, and with the routes whose clusters have arrived
     */
    Map<ResourceType, Map<String, Optional<StoredResource>>> sift(
            Map<ResourceType, Map<String, Optional<StoredResource>>> changed, TypeStream clusters, long wave) {
        if (waiting.isEmpty() && !changed.containsKey(ResourceType.ROUTE)) {
            return changed;
        }
        Map<ResourceType, Map<String, Optional<StoredResource>>> sifted = new EnumMap<>(ResourceType.class);
        changed.forEach((type, resources) -> sifted.put(type, new LinkedHashMap<>(resources)));
        Map<String, Optional<StoredResource>> routes = new LinkedHashMap<>();
        changed.getOrDefault(ResourceType.ROUTE, Map.of()).forEach((name, resource) -> {
            WaitingRoutes before = waiting.remove(name);
            long since = before == null ? wave : before.since();
            resource.ifPresentOrElse(
                    r -> waiting.put(name, new WaitingRoutes(r, needed(r), since)), () -> routes.put(name, resource));
            released |= before != null && resource.isEmpty();
        });
        Iterator<Map.Entry<String, WaitingRoutes>> each = waiting.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, WaitingRoutes> route = each.next();
            Set<String> needed = route.getValue().needed();
            List<String> unasked =
                    needed.stream().filter(name -> !clusters.isKnown(name)).toList();
            clusters.ask(unasked);
            subscription.subscribe(ResourceType.CLUSTER, unasked);
            if (needed.stream().allMatch(clusters::isSettled)) {
                routes.put(route.getKey(), Optional.of(route.getValue().routes()));
                each.remove();
                released |= route.getValue().since() < wave;
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

    /** Returns the first wave with routes that are held back. */
    long heldSince() {
        return waiting.values().stream().mapToLong(WaitingRoutes::since).min().orElse(Item.ANSWER);
    }

    /** Whether routes of an earlier wave are not held back any more, since this was asked last. */
    boolean takeReleased() {
        boolean taken = released;
        released = false;
        return taken;
    }

    private Set<String> needed(StoredResource routes) {
        return all ? NamedClusters.ofForwarding(routes) : NamedClusters.notOnDemand(routes);
    }
}
