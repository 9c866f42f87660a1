package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The resources that one client rejects, by the virtual environments that they concern: the one in the name of the
 * resource, and those whose scopes lead to rejected routes, because virtual environments share routes.
 */
final class ClientRefusals {
    static final ClientRefusals NONE = new ClientRefusals(List.of());

    private final List<Refusal> all;
    private final Map<VirtualEnvironmentName, Refusal> byOwner = new HashMap<>();
    private final Map<String, Refusal> byRoutes = new HashMap<>();

    ClientRefusals(List<Refusal> all) {
        this.all = List.copyOf(all);
        for (Refusal refusal : all) {
            owner(refusal).ifPresent(owner -> byOwner.merge(owner, refusal, Refusal::earlier));
            if (refusal.type() == ResourceType.ROUTE) {
                byRoutes.put(refusal.name(), refusal);
            }
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean areThose(List<Refusal> others) {
        return all.equals(others);
    }

    Set<VirtualEnvironmentName> owners() {
        return byOwner.keySet();
    }

    /** The names of the rejected RouteConfigurations. */
    Set<String> routes() {
        return byRoutes.keySet();
    }

    /** Returns the earliest rejection that concerns a virtual environment with these scopes at the client; null for none. */
    @Nullable
    Refusal of(VirtualEnvironmentName virtualEnvironment, Collection<String> scopes, SnapshotView view) {
        Refusal first = byOwner.get(virtualEnvironment);
        if (!byRoutes.isEmpty()) {
            for (String name : routes(scopes, view)) {
                first = Refusal.earlier(first, byRoutes.get(name));
            }
        }
        return first;
    }

    /** Returns the names of the RouteConfigurations to which scopes lead. */
    static Set<String> routes(Collection<String> scopes, SnapshotView view) {
        return scopes.stream()
                .flatMap(scope -> ScopeName.parse(scope).stream())
                .map(scope -> RouteConfigurations.inScope(scope.route(), view).toString())
                .collect(Collectors.toSet());
    }

    private static Optional<VirtualEnvironmentName> owner(Refusal refusal) {
        String name = refusal.name();
        return switch (refusal.type()) {
            case CLUSTER, ENDPOINT -> ClusterName.parse(name).flatMap(ClusterName::owner);
            case ROUTE -> RouteName.parse(name).map(RouteName::virtualEnvironment);
            case SCOPED_ROUTE ->
                ScopeName.parse(name).map(scope -> scope.route().virtualEnvironment());
            case SECRET -> SecretName.parse(name).flatMap(SecretName::owner);
            case LISTENER -> Optional.empty();
        };
    }
}
