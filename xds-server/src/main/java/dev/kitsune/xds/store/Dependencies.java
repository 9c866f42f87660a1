package dev.kitsune.xds.store;

import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The dependency recorder: which results have read which part of the snapshot. */
final class Dependencies {
    private final Map<Dependent, Set<SnapshotKey<?>>> read = new HashMap<>();
    private final Map<SnapshotKey<?>, Set<Dependent>> readers = new HashMap<>();

    void record(Dependent dependent, Set<SnapshotKey<?>> keys) {
        Set<SnapshotKey<?>> before = keys.isEmpty() ? read.remove(dependent) : read.put(dependent, keys);
        if (before != null) {
            if (before.equals(keys)) {
                return;
            }
            before.forEach(key -> unlink(key, dependent));
        }
        keys.forEach(key -> readers.computeIfAbsent(key, k -> new HashSet<>(2)).add(dependent));
    }

    void forget(Dependent dependent) {
        record(dependent, Set.of());
    }

    /** Returns all results that have read one of these keys. */
    Set<Dependent> stale(Set<SnapshotKey<?>> changed) {
        Set<Dependent> found = new LinkedHashSet<>();
        for (SnapshotKey<?> key : changed) {
            found.addAll(readers.getOrDefault(key, Set.of()));
        }
        return found;
    }

    private void unlink(SnapshotKey<?> key, Dependent dependent) {
        Set<Dependent> all = readers.get(key);
        if (all != null && all.remove(dependent) && all.isEmpty()) {
            readers.remove(key);
        }
    }
}
