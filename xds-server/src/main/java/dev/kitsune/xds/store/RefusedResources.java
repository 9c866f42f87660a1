package dev.kitsune.xds.store;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The resources that are not published as they were made. Guarded by the store's lock. */
final class RefusedResources {
    private final Map<ResourceKey, RefusedResource> refused = new HashMap<>();

    /** Whether that is new, so that it is logged once. */
    boolean add(ResourceKey key, RefusedResource refusal) {
        RefusedResource before = refused.put(key, refusal);
        return before == null || !before.reasons().equals(refusal.reasons());
    }

    void remove(ResourceKey key) {
        refused.remove(key);
    }

    List<RefusedResource> all() {
        return refused.values().stream()
                .sorted(Comparator.comparing(RefusedResource::type).thenComparing(RefusedResource::name))
                .toList();
    }
}
