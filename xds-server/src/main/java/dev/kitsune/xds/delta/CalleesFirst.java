package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds back the resources that would lead a client to a component version whose sidecars are not prepared yet: routes
 * that name it, and scopes of virtual environments that run it. Meanwhile the client keeps its current resources.
 */
final class CalleesFirst {
    private final Subscription subscription;
    private final Map<ResourceType, Set<String>> held = new EnumMap<>(ResourceType.class);

    CalleesFirst(Subscription subscription) {
        this.subscription = subscription;
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /** Makes the next {@link Subscription#take} return the held resources. */
    void offerAgain() {
        held.forEach(subscription::mark);
    }

    /** Returns the changes that may be sent, and holds the others. */
    Map<ResourceType, Map<String, Optional<StoredResource>>> sift(
            Map<ResourceType, Map<String, Optional<StoredResource>>> changed, TypeStream routes, TypeStream scopes) {
        held.clear();
        if (Collections.disjoint(changed.keySet(), Set.of(ResourceType.ROUTE, ResourceType.SCOPED_ROUTE))) {
            return changed;
        }
        Set<ComponentVersion> unprepared = subscription.unprepared(false);
        if (unprepared.isEmpty()) {
            return changed;
        }
        Set<ComponentVersion> first = subscription.unprepared(true);
        Map<ResourceType, Map<String, Optional<StoredResource>>> sifted = new EnumMap<>(ResourceType.class);
        changed.forEach((type, resources) -> {
            Map<String, Optional<StoredResource>> go = new LinkedHashMap<>();
            resources.forEach((name, resource) -> {
                boolean hold =
                        switch (type) {
                            case ROUTE -> leadsTo(resource, routes.isAsking(name) ? first : unprepared);
                            case SCOPED_ROUTE -> scopes.isKnown(name) && resource.isPresent() && runs(name, unprepared);
                            case CLUSTER, ENDPOINT, LISTENER, SECRET -> false;
                        };
                if (hold) {
                    held.computeIfAbsent(type, t -> new LinkedHashSet<>()).add(name);
                } else {
                    go.put(name, resource);
                }
            });
            if (!go.isEmpty()) {
                sifted.put(type, go);
            }
        });
        return sifted;
    }

    private static boolean leadsTo(Optional<StoredResource> routes, Set<ComponentVersion> versions) {
        return !versions.isEmpty()
                && routes.isPresent()
                && !Collections.disjoint(NamedClusters.versions(routes.get()), versions);
    }

    private boolean runs(String scope, Set<ComponentVersion> versions) {
        return ScopeName.parse(scope).stream()
                .anyMatch(name -> subscription.runs(name.route().virtualEnvironment(), versions));
    }
}
