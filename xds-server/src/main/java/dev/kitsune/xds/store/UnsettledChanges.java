package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The publish that changed a virtual environment last, for those that some client may not have acknowledged. A virtual
 * environment that nothing happened to is not in here. Guarded by the store's lock.
 */
final class UnsettledChanges {
    private final Map<VirtualEnvironmentName, Long> generations = new HashMap<>();
    private final NavigableMap<Long, Set<VirtualEnvironmentName>> changed = new TreeMap<>();

    void add(VirtualEnvironmentName virtualEnvironment, long generation) {
        remove(virtualEnvironment);
        generations.put(virtualEnvironment, generation);
        changed.computeIfAbsent(generation, g -> new HashSet<>()).add(virtualEnvironment);
    }

    void remove(VirtualEnvironmentName virtualEnvironment) {
        Long before = generations.remove(virtualEnvironment);
        if (before != null) {
            changed.computeIfPresent(before, (g, names) -> {
                names.remove(virtualEnvironment);
                return names.isEmpty() ? null : names;
            });
        }
    }

    /** Returns the generation that changed it last; 0 if every client has acknowledged that. */
    long of(VirtualEnvironmentName virtualEnvironment) {
        return generations.getOrDefault(virtualEnvironment, 0L);
    }

    /** Returns the virtual environments that were changed last from one generation on, and before another one. */
    Set<VirtualEnvironmentName> between(long from, long before) {
        Set<VirtualEnvironmentName> found = new HashSet<>();
        if (from < before) {
            changed.subMap(from, before).values().forEach(found::addAll);
        }
        return found;
    }

    /** Every client has acknowledged everything. */
    void clear() {
        generations.clear();
        changed.clear();
    }

    int size() {
        return generations.size();
    }
}
