package dev.kitsune.envoy;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rights of a sidecar's workload. If the sidecar does not name its workload, it may act only for environments that
 * are allowed for every workload of the version. A workload that is named with its namespace is exactly that one. It may
 * act for nothing while it does not count for its app.
 *
 * @param environments the environments for which it may act; null for all
 * @param virtualEnvironment the context of calls that carry none; null if there is none, or if the workloads disagree
 */
public record WorkloadScope(
        @Nullable Set<String> environments, @Nullable VirtualEnvironmentName virtualEnvironment) {
    private static final char NAMESPACE_END = ':';
    private static final WorkloadScope NONE = new WorkloadScope(Set.of(), null);

    /** Returns the name of a workload for a proxy that is exactly this one. */
    public static String exactly(String namespace, String name) {
        return namespace + NAMESPACE_END + name;
    }

    public static WorkloadScope of(Proxy.SidecarProxy sidecar, SnapshotView view) {
        return of(sidecar.component(), sidecar.workload(), view);
    }

    public static WorkloadScope of(ComponentVersion version, @Nullable String workload, SnapshotView view) {
        if (workload != null && workload.indexOf(NAMESPACE_END) >= 0) {
            return view.workloads(version, workload.substring(workload.indexOf(NAMESPACE_END) + 1)).stream()
                    .filter(one -> workload.equals(exactly(one.namespace(), one.name())))
                    .findFirst()
                    .map(one -> new WorkloadScope(one.environments(), one.virtualEnvironment()))
                    .orElse(NONE);
        }
        Collection<ResolvedWorkload> meant =
                workload == null ? view.workloads(version) : view.workloads(version, workload);
        Set<String> environments = null;
        for (ResolvedWorkload one : meant) {
            if (one.environments() != null) {
                if (environments == null) {
                    environments = new HashSet<>(one.environments());
                } else {
                    environments.retainAll(one.environments());
                }
            }
        }
        Set<@Nullable VirtualEnvironmentName> own = new HashSet<>();
        meant.forEach(one -> own.add(one.virtualEnvironment()));
        return new WorkloadScope(
                environments == null ? null : Set.copyOf(environments),
                own.size() == 1 ? own.iterator().next() : null);
    }

    /** Returns the virtual environment of the app's calls without context; null for none. */
    public @Nullable VirtualEnvironmentName context(SnapshotView view) {
        return context(virtualEnvironment, view);
    }

    /** The same for a workload with this virtual environment; null if it has none of its own. */
    public static @Nullable VirtualEnvironmentName context(@Nullable VirtualEnvironmentName own, SnapshotView view) {
        return own != null ? own : view.platform().defaultVirtualEnvironment();
    }

    public boolean actsFor(String environment) {
        return environments == null || environments.contains(environment);
    }
}
