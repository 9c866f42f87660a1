package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Platform;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** Everything resolved at one moment. Persistent maps: the next snapshot shares what did not change. */
public record Snapshot(
        Platform platform,
        PMap<String, ResolvedVirtualEnvironment> virtualEnvironments,
        PMap<ComponentVersion, Declaration> declarations,
        PMap<ComponentVersion, List<ResolvedWorkload>> workloads,
        PMap<SecretId, Secret> secrets,
        SortedMap<String, Set<ResolvedRoute>> released,
        SortedMap<String, ResolvedSelection> selections,
        PMap<String, AppDeployments> appDeployments,
        Set<String> stable)
        implements SnapshotView {

    /** The same, in which these component versions are declared as well. */
    public Snapshot withDeclarations(Map<ComponentVersion, Declaration> more) {
        return more.isEmpty()
                ? this
                : new Snapshot(
                        platform,
                        virtualEnvironments,
                        declarations.plusAll(more),
                        workloads,
                        secrets,
                        released,
                        selections,
                        appDeployments,
                        stable);
    }

    @Override
    public <T> @Nullable T read(SnapshotKey<T> key) {
        return key.in(this);
    }
}
