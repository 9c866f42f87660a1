package dev.kitsune.k8s.state;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The objects that claim the name of a virtual environment, each as it was seen last. Not thread-safe. */
final class ClaimedNames {
    private final Map<VirtualEnvironmentName, Map<ObjectKey, ReleaseObject>> byName = new HashMap<>();

    /** Takes an object over, unless a newer version of it is known, which a watch may deliver late. */
    void put(ReleaseObject object) {
        byName.computeIfAbsent(object.key().virtualEnvironmentName(), name -> new HashMap<>())
                .merge(object.key(), object, (known, now) -> now.revision() < known.revision() ? known : now);
    }

    /** Takes a version over that was not watched. One whose deletion was watched stays deleted. */
    void refresh(ReleaseObject object) {
        if (byName.getOrDefault(object.key().virtualEnvironmentName(), Map.of()).containsKey(object.key())) {
            put(object);
        }
    }

    void remove(ObjectKey key) {
        byName.computeIfPresent(key.virtualEnvironmentName(), (name, claimants) -> {
            claimants.remove(key);
            return claimants.isEmpty() ? null : claimants;
        });
    }

    /** Returns the object that has the name; null for none. */
    @Nullable
    ReleaseObject owner(VirtualEnvironmentName name) {
        return byName.getOrDefault(name, Map.of()).values().stream()
                .min(Comparator.comparing(ReleaseObject::precedence))
                .orElse(null);
    }

    List<ReleaseObject> owners() {
        return byName.keySet().stream()
                .map(this::owner)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(ReleaseObject::key))
                .toList();
    }
}
