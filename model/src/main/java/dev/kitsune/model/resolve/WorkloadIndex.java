package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.Index;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey.NamedWorkloadsKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * Workloads by their component version.
 *
 * @param changed the versions whose workloads have changed
 * @param names the workloads that may have changed
 */
record WorkloadIndex(
        PMap<ComponentVersion, TreePMap<ObjectKey, ResolvedWorkload>> byObject,
        PMap<ComponentVersion, List<ResolvedWorkload>> lists,
        Set<ComponentVersion> changed,
        Set<NamedWorkloadsKey> names) {

    static WorkloadIndex next(
            ResolutionState before, Snapshot old, Collection<ObjectKey> objects, Collection<Fact> facts, Index index) {
        PMap<ComponentVersion, TreePMap<ObjectKey, ResolvedWorkload>> byObject = before.workloads();
        Set<ComponentVersion> touched = new HashSet<>();
        Set<NamedWorkloadsKey> names = new HashSet<>();
        for (ObjectKey key : objects) {
            Workload then = workload(before.index(), key);
            if (then != null) {
                byObject = put(byObject, version(then), key, null);
                touched.add(version(then));
                names.add(new NamedWorkloadsKey(version(then), key.name()));
            }
            Workload now = workload(index, key);
            if (now != null) {
                ResolvedWorkload resolved = new ResolvedWorkload(
                        key.namespace(),
                        key.name(),
                        now.endpoints(),
                        now.environments(),
                        now.virtualEnvironment(),
                        now.protocol());
                byObject = put(byObject, version(now), key, resolved);
                touched.add(version(now));
                names.add(new NamedWorkloadsKey(version(now), key.name()));
            }
        }
        for (ComponentVersion version : ofMovedApps(byObject, facts)) {
            touched.add(version);
            byObject.getOrDefault(version, TreePMap.empty())
                    .keySet()
                    .forEach(key -> names.add(new NamedWorkloadsKey(version, key.name())));
        }
        PMap<ComponentVersion, List<ResolvedWorkload>> lists = old.workloads();
        Set<ComponentVersion> changed = new HashSet<>();
        for (ComponentVersion version : touched) {
            List<ResolvedWorkload> list = list(version, byObject.get(version), index);
            if (!list.equals(old.workloads().getOrDefault(version, List.of()))) {
                changed.add(version);
                lists = list.isEmpty() ? lists.minus(version) : lists.plus(version, list);
            }
        }
        return new WorkloadIndex(byObject, lists, Set.copyOf(changed), Set.copyOf(names));
    }

    private static List<ComponentVersion> ofMovedApps(
            PMap<ComponentVersion, TreePMap<ObjectKey, ResolvedWorkload>> byObject, Collection<Fact> facts) {
        Set<String> apps = new HashSet<>();
        for (Fact fact : facts) {
            if (fact instanceof Fact.HomesOf of) {
                apps.add(of.app());
            }
        }
        return apps.isEmpty()
                ? List.of()
                : byObject.keySet().stream()
                        .filter(version -> apps.contains(version.name().app()))
                        .toList();
    }

    /** Ordered by name, then by namespace, because the objects are already ordered by namespace. */
    private static List<ResolvedWorkload> list(
            ComponentVersion version, @Nullable TreePMap<ObjectKey, ResolvedWorkload> of, Index index) {
        return of == null
                ? List.of()
                : of.entrySet().stream()
                        .filter(one -> index.counts(one.getKey(), version.name().app()))
                        .map(Map.Entry::getValue)
                        .sorted(Comparator.comparing(ResolvedWorkload::name))
                        .toList();
    }

    private static PMap<ComponentVersion, TreePMap<ObjectKey, ResolvedWorkload>> put(
            PMap<ComponentVersion, TreePMap<ObjectKey, ResolvedWorkload>> map,
            ComponentVersion version,
            ObjectKey key,
            @Nullable ResolvedWorkload workload) {
        TreePMap<ObjectKey, ResolvedWorkload> of = map.get(version);
        TreePMap<ObjectKey, ResolvedWorkload> known = of == null ? TreePMap.empty() : of;
        TreePMap<ObjectKey, ResolvedWorkload> next = workload == null ? known.minus(key) : known.plus(key, workload);
        return next.isEmpty() ? map.minus(version) : map.plus(version, next);
    }

    private static @Nullable Workload workload(Index index, ObjectKey key) {
        Manifest<?> manifest = index.manifest(key);
        return manifest != null && manifest.spec() instanceof Workload workload ? workload : null;
    }

    private static ComponentVersion version(Workload workload) {
        return new ComponentVersion(workload.app(), workload.component(), workload.version());
    }
}
