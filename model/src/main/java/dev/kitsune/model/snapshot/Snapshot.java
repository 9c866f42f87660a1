package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

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

    /**
     * The declarations and workloads of component versions.
     *
     * @param templates of the pods of those versions that have one. No Envoy gets anything of them, so no key reads them
     * @param services the addresses at which apps call components and adapters
     * @param chosenAt the virtual environments that choose a version themselves
     * @param callers of components
     */
    public record Versions(
            PMap<ComponentVersion, Declaration> declarations,
            PMap<ComponentVersion, PodTemplate> templates,
            PMap<ComponentVersion, List<ResolvedWorkload>> workloads,
            PMap<ObjectKey, Service> services,
            PMap<ComponentVersion, TreePSet<VirtualEnvironmentName>> chosenAt,
            Callers callers) {
        public static final Versions NONE = new Versions(HashTreePMap.empty(), HashTreePMap.empty());

        /** Versions without templates and Services, which no virtual environment chooses. */
        public Versions(
                PMap<ComponentVersion, Declaration> declarations,
                PMap<ComponentVersion, List<ResolvedWorkload>> workloads) {
            this(
                    declarations,
                    HashTreePMap.empty(),
                    workloads,
                    HashTreePMap.empty(),
                    HashTreePMap.empty(),
                    Callers.NONE);
        }
    }

    /**
     * The policies of environments.
     *
     * @param selections the selection policies by environment, except those that allow everyone
     * @param stable the environments that serve only their releases
     * @param mesh how far proxies use TLS among each other
     */
    public record Policies(SortedMap<String, ResolvedSelection> selections, Set<String> stable, MeshStage mesh) {
        public static final Policies NONE = new Policies(TreePMap.empty(), Set.of(), MeshStage.PLAINTEXT);
    }

    public PMap<ComponentVersion, Declaration> declarations() {
        return versions.declarations();
    }

    public PMap<ComponentVersion, List<ResolvedWorkload>> workloads() {
        return versions.workloads();
    }

    public PMap<ObjectKey, Service> services() {
        return versions.services();
    }

    public Set<String> stable() {
        return policies.stable();
    }

    /** Returns the same snapshot at another stage. */
    public Snapshot withMesh(MeshStage stage) {
        return stage == policies.mesh()
                ? this
                : new Snapshot(
                        platform,
                        virtualEnvironments,
                        versions,
                        secrets,
                        released,
                        new Policies(policies.selections(), policies.stable(), stage),
                        appDeployments);
    }

    /** Returns the same snapshot with additional declarations. */
    public Snapshot withDeclarations(Map<ComponentVersion, Declaration> more) {
        if (more.isEmpty()) {
            return this;
        }
        Callers callers = versions.callers();
        for (Map.Entry<ComponentVersion, Declaration> one : more.entrySet()) {
            callers = callers.declared(
                    one.getKey(), versions.declarations().get(one.getKey()), one.getValue(), new HashSet<>());
        }
        return new Snapshot(
                platform,
                virtualEnvironments,
                new Versions(
                        versions.declarations().plusAll(more),
                        versions.templates(),
                        versions.workloads(),
                        versions.services(),
                        versions.chosenAt(),
                        callers),
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
