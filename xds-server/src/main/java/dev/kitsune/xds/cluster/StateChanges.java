package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.serve.ServedObjects;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.Condition;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a change of the served state concerns. Keeps the state before. */
final class StateChanges {
    private final ServedObjects objects;
    private Snapshot before = Snapshot.EMPTY;
    private Map<VirtualEnvironmentName, ReleaseStatus> releases = Map.of();
    private Map<ComponentVersion, List<ResolvedWorkload>> workloads = Map.of();
    private Set<String> refusedSecrets = Set.of();
    private boolean failing;

    /**
     * What one change concerns.
     *
     * @param objects those that may have another status
     * @param versions the virtual environments of which this replica may serve another version
     */
    record Concerned(Set<ObjectKey> objects, Set<VirtualEnvironmentName> versions) {
        private static final Concerned NOTHING = new Concerned(Set.of(), Set.of());
    }

    StateChanges(ServedObjects objects) {
        this.objects = objects;
    }

    /** States come in their order. */
    Concerned next(ServedState state) {
        Snapshot snapshot = state.snapshot();
        boolean failed = state.failure() != null;
        boolean begunOrOver = failed != failing;
        failing = failed;
        if (snapshot == null) {
            return Concerned.NOTHING;
        }
        Set<ObjectKey> changed = new HashSet<>(state.problems().changedObjects());
        Set<VirtualEnvironmentName> released = differing(releases, state.releases());
        for (VirtualEnvironmentName name : released) {
            ResolvedVirtualEnvironment found = snapshot.virtualEnvironment(name);
            if (found != null) {
                changed.add(found.key());
            }
            if (isNotActive(releases.get(name)) || isNotActive(state.releases().get(name))) {
                changed.addAll(objects.descendants(name));
            }
        }
        for (VirtualEnvironmentName name : state.changed()) {
            ResolvedVirtualEnvironment now = snapshot.virtualEnvironment(name);
            if (now != null && !now.condition().equals(condition(before, name))) {
                changed.add(now.key());
            }
        }
        for (ComponentVersion version : differing(workloads, snapshot.workloads())) {
            changed.addAll(objects.declaring(version));
        }
        Set<String> refused = RefusedSecrets.in(state.problems().others());
        if (!refused.equals(refusedSecrets)) {
            changed.addAll(objects.virtualEnvironments());
        }
        before = snapshot;
        releases = state.releases();
        workloads = snapshot.workloads();
        refusedSecrets = refused;
        // While the newest change is not in force, no generation is served.
        return new Concerned(
                changed, begunOrOver ? Set.copyOf(snapshot.virtualEnvironments().keySet()) : released);
    }

    /** Descendants show it in their status until it is active. */
    private static boolean isNotActive(@Nullable ReleaseStatus release) {
        return release != null && release.active() == null;
    }

    /** Its problems belong to other objects, too, or are inherited, so they are not among the changed objects. */
    private static @Nullable Condition condition(Snapshot in, VirtualEnvironmentName name) {
        ResolvedVirtualEnvironment found = in.virtualEnvironment(name);
        return found == null ? null : found.condition();
    }

    private static <K, V> Set<K> differing(Map<K, V> before, Map<K, V> now) {
        Set<K> keys = new HashSet<>();
        if (before != now) {
            now.forEach((key, value) -> {
                if (!Objects.equals(before.get(key), value)) {
                    keys.add(key);
                }
            });
            before.keySet().stream().filter(key -> !now.containsKey(key)).forEach(keys::add);
        }
        return keys;
    }
}
