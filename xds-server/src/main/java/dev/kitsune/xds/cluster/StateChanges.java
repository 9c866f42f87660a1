package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.serve.ServedObjects;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which objects may have another status after a change of the served state. Keeps the state before. */
final class StateChanges {
    private final ServedObjects objects;
    private Map<VirtualEnvironmentName, ReleaseStatus> releases = Map.of();
    private Map<ComponentVersion, List<ResolvedWorkload>> workloads = Map.of();
    private Set<String> refusedSecrets = Set.of();

    StateChanges(ServedObjects objects) {
        this.objects = objects;
    }

    /** States come in their order. */
    Set<ObjectKey> next(ServedState state) {
        Snapshot snapshot = state.snapshot();
        if (snapshot == null) {
            return Set.of();
        }
        Set<ObjectKey> changed = new HashSet<>(state.problems().changedObjects());
        for (VirtualEnvironmentName name : differing(releases, state.releases())) {
            ResolvedVirtualEnvironment found = snapshot.virtualEnvironment(name);
            if (found != null) {
                changed.add(found.key());
            }
        }
        for (ComponentVersion version : differing(workloads, snapshot.workloads())) {
            changed.addAll(objects.declaring(version));
        }
        Set<String> refused = RefusedSecrets.in(state.problems().others());
        if (!refused.equals(refusedSecrets)) {
            changed.addAll(objects.virtualEnvironments());
        }
        releases = state.releases();
        workloads = snapshot.workloads();
        refusedSecrets = refused;
        return changed;
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
