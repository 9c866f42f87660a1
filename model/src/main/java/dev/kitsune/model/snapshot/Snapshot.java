package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** Everything resolved at one moment. The maps are persistent, so the next snapshot shares the unchanged parts. */
public record Snapshot(
        Platform platform,
        PMap<VirtualEnvironmentName, ResolvedVirtualEnvironment> virtualEnvironments,
        Versions versions,
        PMap<SecretId, Secret> secrets,
        SortedMap<VirtualEnvironmentName, Set<ResolvedRoute>> released,
        Policies policies,
        PMap<String, AppDeployments> appDeployments)
        implements SnapshotView {
    /** The empty snapshot. */
    public static final Snapshot EMPTY = new Snapshot(
            Platform.DEFAULT,
            HashTreePMap.empty(),
            Versions.NONE,
            HashTreePMap.empty(),
            TreePMap.empty(),
            Policies.NONE,
            HashTreePMap.empty());

    /** The declarations and workloads of component versions. */
    public record Versions(
            PMap<ComponentVersion, Declaration> declarations,
            PMap<ComponentVersion, List<ResolvedWorkload>> workloads) {
        public static final Versions NONE = new Versions(HashTreePMap.empty(), HashTreePMap.empty());
    }

    /**
     * The policies of environments.
     *
     * @param selections the selection policies by environment, except those that allow everyone
     * @param stable the environments that serve only their releases
     */
    public record Policies(SortedMap<String, ResolvedSelection> selections, Set<String> stable) {
        public static final Policies NONE = new Policies(TreePMap.empty(), Set.of());
    }

    public PMap<ComponentVersion, Declaration> declarations() {
        return versions.declarations();
    }

    public PMap<ComponentVersion, List<ResolvedWorkload>> workloads() {
        return versions.workloads();
    }

    public Set<String> stable() {
        return policies.stable();
    }

    /** Returns the same snapshot with additional declarations. */
    public Snapshot withDeclarations(Map<ComponentVersion, Declaration> more) {
        return more.isEmpty()
                ? this
                : new Snapshot(
                        platform,
                        virtualEnvironments,
                        new Versions(versions.declarations().plusAll(more), versions.workloads()),
                        secrets,
                        released,
                        policies,
                        appDeployments);
    }

    @Override
    public <T> @Nullable T read(SnapshotKey<T> key) {
        return key.in(this);
    }
}
