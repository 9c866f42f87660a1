package dev.kitsune.envoy.translate;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy.CallCapture;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.cluster.Clusters;
import dev.kitsune.envoy.endpoint.Endpoints;
import dev.kitsune.envoy.listener.Listeners;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.route.Mirrors;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.envoy.scope.ScopedRoutes;
import dev.kitsune.envoy.secret.Secrets;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The translation of a snapshot to Envoy resources. A resource is a function of its type, its name and what it reads
 * from the view, and of nothing else. For this reason one copy serves every stream, and a recording view shows when it
 * is stale.
 */
public final class Translator {
    private Translator() {}

    /** Returns the names of a proxy's wildcard subscription to a type that do not depend on virtual environments. */
    public static List<String> wildcard(ResourceType type, Audience audience, SnapshotView view) {
        return switch (type) {
            case LISTENER -> Entitlement.listeners(audience, view);
            case CLUSTER ->
                audience instanceof Audience.Sidecars sidecar
                        ? clusters(sidecar)
                        : Mirrors.clustersWithoutContext(audience, view);
            case SCOPED_ROUTE -> ScopedRoutes.names(audience);
            default -> List.of();
        };
    }

    private static List<String> clusters(Audience.Sidecars sidecar) {
        Stream<ClusterName> app = Arrays.stream(HttpVersion.values())
                .map(http -> new ClusterName.AppClusterName(http, sidecar.appPort()));
        Stream<ClusterName> captured = sidecar.capture() == CallCapture.TRANSPARENT
                ? Stream.of(new ClusterName.PassthroughClusterName())
                : Stream.of();
        return Stream.concat(app, captured).map(ClusterName::toString).toList();
    }

    /**
     * Returns the names of a proxy's wildcard subscription to a type for one virtual environment. The result is empty
     * if the virtual environment does not exist or if the proxy may not act for it.
     */
    public static List<String> wildcard(
            ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        return switch (type) {
            case SCOPED_ROUTE -> ScopedRoutes.names(audience, virtualEnvironment, view);
            // Envoy makes no copy for a cluster that is not loaded, and does not load a cluster for a copy.
            case CLUSTER -> Mirrors.clusters(audience, virtualEnvironment, view);
            default -> List.of();
        };
    }

    /** Returns the resource with a name; empty for an unknown name. */
    public static Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
        return switch (type) {
            case CLUSTER -> ClusterName.parse(name).map(cluster -> Clusters.cluster(cluster, view));
            case ENDPOINT -> ClusterName.parse(name).flatMap(cluster -> endpoints(cluster, view));
            case SECRET -> SecretName.parse(name).flatMap(secret -> Secrets.secret(secret, view));
            case LISTENER ->
                ListenerName.parse(name).map(listener -> new Translated(Listeners.listener(listener, view), false));
            case SCOPED_ROUTE -> ScopeName.parse(name).map(scope -> ScopedRoutes.scope(scope, view));
            case ROUTE -> RouteName.parse(name).map(route -> RouteConfigurations.routeConfiguration(route, view));
        };
    }

    private static Optional<Translated> endpoints(ClusterName cluster, SnapshotView view) {
        if (cluster instanceof ClusterName.ComponentClusterName component) {
            return Optional.of(new Translated(Endpoints.assignment(component, view), false));
        }
        if (cluster instanceof ClusterName.MirrorClusterName mirror) {
            return Optional.of(new Translated(Endpoints.assignment(mirror, view), false));
        }
        return cluster instanceof ClusterName.RefusedClusterName refused
                ? Optional.of(new Translated(Endpoints.none(refused), false))
                : Optional.empty();
    }

    /**
     * Returns the replacement of a resource to which a proxy has no right, or no longer has a right; empty for none.
     */
    public static Optional<Translated> withheld(ResourceType type, String name) {
        return type == ResourceType.SECRET ? SecretName.parse(name).flatMap(Secrets::withheld) : Optional.empty();
    }

    /** Returns the replacement of a resource that may not be published and has no earlier version; empty for none. */
    public static Optional<Translated> atFault(ResourceType type, String name) {
        return switch (type) {
            case ROUTE -> RouteName.parse(name).map(RouteConfigurations::atFault);
            case CLUSTER -> ClusterName.parse(name).map(Clusters::standIn);
            case ENDPOINT -> ClusterName.parse(name).map(cluster -> new Translated(Endpoints.none(cluster), true));
            case LISTENER, SCOPED_ROUTE, SECRET -> Optional.empty();
        };
    }

    /** Whether a proxy may have a resource. Knowing a name gives no right to the resource. */
    public static boolean entitled(Audience audience, ResourceType type, String name, SnapshotView view) {
        return Entitlement.holds(audience, type, name, view);
    }

    /**
     * Whether a proxy that has had a resource may keep it until all proxies have what replaces it. It no longer needs
     * the resource, but requests for which it does may be on their way.
     */
    public static boolean keeps(Audience audience, ResourceType type, String name, SnapshotView view) {
        return Entitlement.keeps(audience, type, name, view);
    }
}
