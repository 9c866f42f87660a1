package dev.kitsune.k8s.distill;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which component versions the virtual environments use. One that has expired uses none. A change costs only what the
 * virtual environments that changed have. Not thread-safe.
 */
final class VersionsInUse {
    private final Map<VirtualEnvironmentName, UsedVersions> virtualEnvironments = new HashMap<>();
    private final Map<ComponentVersion, Integer> counts = new HashMap<>();

    /** {@code waiting}: the versions of a release that waits, whose pods have to be there when it becomes active */
    private record UsedVersions(Map<ComponentName, ResolvedComponent> components, Set<ComponentVersion> waiting) {
        private static final UsedVersions NONE = new UsedVersions(Map.of(), Set.of());

        private Set<ComponentVersion> all() {
            Set<ComponentVersion> all = new HashSet<>(waiting);
            components.values().forEach(component -> all.add(component.version()));
            return all;
        }
    }

    /**
     * Takes what a virtual environment uses now.
     *
     * @param resolved null if there is none of that name
     * @return the versions that were not used before, or are not any more
     */
    Set<ComponentVersion> put(
            VirtualEnvironmentName name, @Nullable ResolvedVirtualEnvironment resolved, Set<ComponentVersion> waiting) {
        UsedVersions now = resolved == null || resolved.expired() != null
                ? UsedVersions.NONE
                : new UsedVersions(resolved.components(), Set.copyOf(waiting));
        UsedVersions before =
                now.equals(UsedVersions.NONE) ? virtualEnvironments.remove(name) : virtualEnvironments.put(name, now);
        Set<ComponentVersion> affected = new HashSet<>();
        if (now.equals(before)) {
            return affected;
        }
        now.all().forEach(version -> {
            if (counts.merge(version, 1, Integer::sum) == 1) {
                affected.add(version);
            }
        });
        if (before != null) {
            before.all().forEach(version -> {
                if (counts.computeIfPresent(version, (of, count) -> count == 1 ? null : count - 1) == null) {
                    affected.add(version);
                }
            });
        }
        return affected;
    }

    boolean isUsed(ComponentVersion version) {
        return counts.containsKey(version);
    }
}
