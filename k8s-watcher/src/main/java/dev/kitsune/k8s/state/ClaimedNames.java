package dev.kitsune.k8s.state;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects that claim the name of a virtual environment, each as it was seen last. Not thread-safe. */
final class ClaimedNames {
    private final Map<VirtualEnvironmentName, Map<ObjectKey, ReleaseObject>> byName = new HashMap<>();

    private ReservedNames reserved = ReservedNames.NONE;

    /** The names whose owners ask for something. There are few of them, and many names. */
    private final Set<VirtualEnvironmentName> asking = new HashSet<>();

    /** Reserves these names, and no others. Returns those whose owner may be another one now. */
    Set<VirtualEnvironmentName> reserve(ReservedNames names) {
        Set<VirtualEnvironmentName> differing = names.differing(reserved);
        reserved = names;
        differing.forEach(this::settle);
        return differing;
    }

    /** Takes an object over, unless a newer version of it is known, which a watch may deliver late. */
    void put(ReleaseObject object) {
        byName.computeIfAbsent(object.key().virtualEnvironmentName(), name -> new HashMap<>())
                .merge(object.key(), object, (known, now) -> now.revision() < known.revision() ? known : now);
        settle(object.key().virtualEnvironmentName());
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
        settle(key.virtualEnvironmentName());
    }

    private void settle(VirtualEnvironmentName name) {
        ReleaseObject owner = owner(name);
        if (owner != null && owner.asks()) {
            asking.add(name);
        } else {
            asking.remove(name);
        }
    }

    /** Returns the object that has the name, as for the pipeline; null for none. */
    @Nullable
    ReleaseObject owner(VirtualEnvironmentName name) {
        return byName.getOrDefault(name, Map.of()).values().stream()
                .filter(object -> reserved.allows(object.key()))
                .min(Comparator.comparing(ReleaseObject::precedence))
                .orElse(null);
    }

    List<ReleaseObject> owners() {
        return owners(byName.keySet());
    }

    /** Returns the owners whose requests wait to be processed. */
    List<ReleaseObject> asking() {
        return owners(asking);
    }

    private List<ReleaseObject> owners(Set<VirtualEnvironmentName> names) {
        return names.stream()
                .map(this::owner)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(ReleaseObject::key))
                .toList();
    }
}
