package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resources that are not published as they were made. Guarded by the store's lock. */
final class RefusedResources {
    private final TouchedVirtualEnvironments touched;
    private final Map<ResourceKey, RefusedResource> refused = new HashMap<>();
    private final Map<VirtualEnvironmentName, Set<ResourceKey>> owned = new HashMap<>();

    RefusedResources(TouchedVirtualEnvironments touched) {
        this.touched = touched;
    }

    /** Whether that is new, so that it is logged once. */
    boolean add(ResourceKey key, RefusedResource refusal) {
        RefusedResource before = refused.put(key, refusal);
        Concerns.owner(key).ifPresent(owner -> owned.computeIfAbsent(owner, of -> new HashSet<>())
                .add(key));
        if (!refusal.equals(before)) {
            touch(key);
        }
        return before == null || !before.reasons().equals(refusal.reasons());
    }

    void remove(ResourceKey key) {
        if (refused.remove(key) != null) {
            Concerns.owner(key)
                    .ifPresent(owner -> owned.computeIfPresent(owner, (of, keys) -> {
                        keys.remove(key);
                        return keys.isEmpty() ? null : keys;
                    }));
            touch(key);
        }
    }

    private void touch(ResourceKey key) {
        Concerns.owner(key).ifPresent(owner -> touched.add(List.of(owner)));
        if (Concerns.isShared(key)) {
            touched.addShared(List.of(key));
        }
    }

    /** Returns the first one that concerns a virtual environment with these scopes; null for none. */
    @Nullable
    RefusedResource of(VirtualEnvironmentName virtualEnvironment, Collection<String> scopes, SnapshotView view) {
        if (refused.isEmpty()) {
            return null;
        }
        Set<ResourceKey> keys = new HashSet<>(owned.getOrDefault(virtualEnvironment, Set.of()));
        keys.addAll(Concerns.shared(virtualEnvironment, scopes, view));
        return keys.stream()
                .map(refused::get)
                .filter(Objects::nonNull)
                .min(RefusedResource.ORDER)
                .orElse(null);
    }

    List<RefusedResource> all() {
        return refused.values().stream().sorted(RefusedResource.ORDER).toList();
    }
}
