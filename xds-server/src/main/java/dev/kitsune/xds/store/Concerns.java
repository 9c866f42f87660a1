package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.cluster.AdapterClusters;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which virtual environments a resource concerns: the one in its name, and those that share it. Virtual environments
 * share routes, and the clusters of adapters. What all of them use, such as a listener, concerns none of them.
 */
final class Concerns {
    private Concerns() {}

    /** Returns the virtual environment in the name of a resource. */
    static Optional<VirtualEnvironmentName> owner(ResourceKey resource) {
        String name = resource.name();
        return switch (resource.type()) {
            case CLUSTER, ENDPOINT -> ClusterName.parse(name).flatMap(ClusterName::owner);
            case ROUTE -> RouteName.parse(name).map(RouteName::virtualEnvironment);
            case SCOPED_ROUTE ->
                ScopeName.parse(name).map(scope -> scope.route().virtualEnvironment());
            case SECRET -> SecretName.parse(name).flatMap(SecretName::owner);
            case LISTENER -> Optional.empty();
        };
    }

    /** Whether others than the virtual environment in its name may use a resource. */
    static boolean isShared(ResourceKey resource) {
        return resource.type() == ResourceType.ROUTE || resource.type() == ResourceType.CLUSTER;
    }

    /** Returns the shared resources that a virtual environment with these scopes uses. */
    static Set<ResourceKey> shared(
            VirtualEnvironmentName virtualEnvironment, Collection<String> scopes, SnapshotView view) {
        Set<ResourceKey> shared = new HashSet<>();
        for (String scope : scopes) {
            ScopeName.parse(scope)
                    .map(name -> RouteConfigurations.inScope(name.route(), view))
                    .ifPresent(routes -> shared.add(new ResourceKey(ResourceType.ROUTE, routes.toString())));
        }
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(virtualEnvironment);
        if (resolved != null) {
            AdapterClusters.of(resolved, view)
                    .forEach(cluster -> shared.add(new ResourceKey(ResourceType.CLUSTER, cluster.toString())));
        }
        return shared;
    }
}
