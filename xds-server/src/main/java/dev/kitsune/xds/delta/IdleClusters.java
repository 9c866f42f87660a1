package dev.kitsune.xds.delta;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of virtual environments whose routes a client no longer has. An Envoy subscribes to a cluster at its first
 * use. It never unsubscribes, and does not subscribe again when it needs the cluster again. A virtual environment uses
 * its own clusters and those of its ancestors.
 */
final class IdleClusters {
    private final Set<String> takenAway = new HashSet<>();

    /**
     * Returns the clusters to take away.
     *
     * @param held the names of clusters that the client subscribes to and has
     * @param routes the names of routes that the client subscribes to
     */
    List<String> next(Collection<String> held, Collection<String> routes, Proxy proxy, SnapshotView view) {
        Set<VirtualEnvironmentName> used = used(routes, view);
        if (proxy instanceof Proxy.SidecarProxy sidecar) {
            // Its local ports use clusters without routes.
            addWithAncestors(WorkloadScope.of(sidecar, view).context(view), view, used);
        }
        List<String> idle = owned(held, owner -> !used.contains(owner));
        takenAway.addAll(idle);
        return idle;
    }

    /** Returns those clusters that were taken away and that the client needs again for these routes. */
    List<String> backFor(Collection<String> routes, SnapshotView view) {
        if (takenAway.isEmpty()) {
            return List.of();
        }
        List<String> back = owned(takenAway, used(routes, view)::contains);
        takenAway.removeAll(back);
        return back;
    }

    private static List<String> owned(Collection<String> clusters, Predicate<VirtualEnvironmentName> byOwner) {
        return clusters.stream()
                .filter(cluster -> ClusterName.parse(cluster)
                        .flatMap(ClusterName::owner)
                        .filter(byOwner)
                        .isPresent())
                .toList();
    }

    private static Set<VirtualEnvironmentName> used(Collection<String> routes, SnapshotView view) {
        Set<VirtualEnvironmentName> used = new HashSet<>();
        routes.forEach(route ->
                RouteName.parse(route).ifPresent(name -> addWithAncestors(name.virtualEnvironment(), view, used)));
        return used;
    }

    private static void addWithAncestors(
            @Nullable VirtualEnvironmentName virtualEnvironment, SnapshotView view, Set<VirtualEnvironmentName> to) {
        VirtualEnvironmentName name = virtualEnvironment;
        while (name != null && to.add(name)) {
            ResolvedVirtualEnvironment resolved = view.virtualEnvironment(name);
            name = resolved == null ? null : resolved.parent();
        }
    }
}
