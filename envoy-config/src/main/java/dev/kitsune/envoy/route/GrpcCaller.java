package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A component version that calls others by gRPC without a sidecar, with its rights.
 *
 * @param environments for which it may act; null for all
 * @param virtualEnvironment of its calls without context; null for none
 */
public record GrpcCaller(
        ComponentVersion version,
        Declaration declaration,
        @Nullable Set<String> environments,
        @Nullable ResolvedVirtualEnvironment virtualEnvironment) {

    /** Returns the caller. It is empty if no object names the version, or if it may act for no virtual environment. */
    public static Optional<GrpcCaller> of(Proxy.GrpcProxy client, SnapshotView view) {
        ResolvedVirtualEnvironment fallback = virtualEnvironment(view.platform().defaultVirtualEnvironment(), view);
        ComponentVersion version = version(client, fallback);
        Declaration declaration = version == null ? null : view.declaration(version);
        if (version == null || declaration == null) {
            return Optional.empty();
        }
        WorkloadScope scope = WorkloadScope.of(version, client.workload(), view);
        return scope.environments() != null && scope.environments().isEmpty()
                ? Optional.empty()
                : Optional.of(new GrpcCaller(
                        version,
                        declaration,
                        scope.environments(),
                        scope.virtualEnvironment() == null
                                ? fallback
                                : virtualEnvironment(scope.virtualEnvironment(), view)));
    }

    /** Without a version in its bootstrap, a client has the version that the default virtual environment runs. */
    private static @Nullable ComponentVersion version(
            Proxy.GrpcProxy client, @Nullable ResolvedVirtualEnvironment fallback) {
        if (client.version() != null) {
            return new ComponentVersion(client.component(), client.version());
        }
        ResolvedComponent runs = fallback == null ? null : fallback.components().get(client.component());
        return runs == null ? null : runs.version();
    }

    private static @Nullable ResolvedVirtualEnvironment virtualEnvironment(
            @Nullable VirtualEnvironmentName name, SnapshotView view) {
        return name == null ? null : view.virtualEnvironment(name);
    }

    /** The routes of the host that it dials; empty for a host that it does not declare. */
    public static Optional<RouteName.GrpcRouteName> routes(ListenerName.GrpcListenerName listener, SnapshotView view) {
        return of(listener.client(), view).flatMap(caller -> declared(caller.version, caller.declaration)
                .map(Map.Entry::getKey)
                .filter(callee -> Destination.domains(
                                callee, caller.version, caller.declaration, caller.virtualEnvironment)
                        .contains(listener.host()))
                .findFirst()
                .map(caller::routes));
    }

    /** A listener for each component that it may call, as if it dialled the shortest of that one's names. */
    public static List<ListenerName> listeners(Proxy.GrpcProxy client, SnapshotView view) {
        return of(client, view).stream()
                .flatMap(caller -> declared(caller.version, caller.declaration)
                        .map(callee -> Destination.domains(
                                callee.getKey(), caller.version, caller.declaration, caller.virtualEnvironment)))
                .<ListenerName>map(names -> new ListenerName.GrpcListenerName(client, names.get(0)))
                .toList();
    }

    /** Whether routes are this caller's. */
    public boolean owns(RouteName.GrpcRouteName routes) {
        return routes.equals(routes(routes.callee()))
                && declared(version, declaration).anyMatch(d -> d.getKey().equals(routes.callee()));
    }

    private RouteName.GrpcRouteName routes(ComponentName callee) {
        return new RouteName.GrpcRouteName(
                version,
                callee,
                environments == null
                        ? List.of()
                        : environments.stream().sorted().toList(),
                virtualEnvironment == null ? RouteName.NO_CONTEXT : virtualEnvironment.name());
    }

    /** Returns the caller's declared dependency on the callee of routes; empty if it is not or no longer declared. */
    static Optional<Dependency> dependency(RouteName.GrpcRouteName routes, SnapshotView view) {
        Declaration declaration = view.declaration(routes.caller());
        return declaration == null
                ? Optional.empty()
                : declared(routes.caller(), declaration)
                        .filter(dependency -> dependency.getKey().equals(routes.callee()))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    /** Returns the components that a version declares as dependencies. */
    private static Stream<Map.Entry<ComponentName, Dependency>> declared(
            ComponentVersion version, Declaration declaration) {
        return new TreeMap<>(declaration.dependencies())
                .entrySet().stream()
                        .filter(dependency -> dependency.getValue().type() == DependencyType.Component)
                        .map(dependency ->
                                Map.entry(Destination.component(dependency.getKey(), version), dependency.getValue()));
    }
}
