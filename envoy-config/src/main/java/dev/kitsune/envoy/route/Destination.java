package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Proxy.CredentialsBy;
import dev.kitsune.envoy.cluster.AdapterClusters;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedMirror;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The destination of a component's dependency in one virtual environment. Equal destinations make equal routes. */
sealed interface Destination {
    /** The dependency's name as its component declares it. */
    String name();

    /** The hosts by which the app may call it. */
    List<String> domains();

    /** A version of a component. */
    record ToComponent(
            String name,
            List<String> domains,
            ClusterName.ComponentClusterName cluster,
            Dependency dependency,
            List<ResolvedMirror> mirrors,
            Origin origin)
            implements Destination {}

    /**
     * An HTTP or gRPC adapter.
     *
     * @param credentials the secrets that its routes add, by header; empty if its cluster does
     */
    record ToAdapter(
            String name,
            List<String> domains,
            ClusterName.AdapterClusterName cluster,
            SortedMap<String, SecretName> credentials,
            ResolvedAdapter.HttpAdapter adapter,
            Dependency dependency)
            implements Destination {}

    /** A TCP adapter, by CONNECT. */
    record ToConnection(
            String name, List<String> domains, ClusterName.AdapterClusterName cluster, String address, Origin origin)
            implements Destination {}

    /** It cannot be called. The caller reads {@code reason}. */
    record RefusedDestination(String name, List<String> domains, String reason, Origin origin) implements Destination {}

    static Destination of(
            String name,
            Dependency dependency,
            RouteName.OutboundRouteName routes,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        return dependency.type() == DependencyType.Component
                ? component(name, dependency, routes.caller(), declaration, virtualEnvironment, view)
                : adapter(name, dependency, routes.credentials(), declaration, virtualEnvironment, view);
    }

    /** The component that a dependency names. */
    static ComponentName component(String name, ComponentVersion caller) {
        return ComponentName.called(name, caller.name().app());
    }

    /**
     * The hosts by which a caller may call a component.
     *
     * @param virtualEnvironment which knows the namespaces of other apps; null for none
     */
    static List<String> domains(
            ComponentName component,
            ComponentVersion caller,
            Declaration declaration,
            @Nullable ResolvedVirtualEnvironment virtualEnvironment) {
        ResolvedVirtualEnvironment.ResolvedApp app =
                virtualEnvironment == null ? null : virtualEnvironment.apps().get(component.app());
        String namespace = app == null ? declaration.namespace() : app.namespace();
        boolean sameApp = component.app().equals(caller.name().app());
        return Domains.of(component, namespace, sameApp);
    }

    private static Destination component(
            String name,
            Dependency dependency,
            ComponentVersion caller,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        ComponentName component = component(name, caller);
        List<String> domains = domains(component, caller, declaration, virtualEnvironment);
        ResolvedVirtualEnvironment.ResolvedComponent resolved =
                virtualEnvironment.components().get(component);
        if (resolved == null) {
            return new RefusedDestination(
                    name,
                    domains,
                    "no version of " + component + " is part of the virtual environment",
                    declaration.origin());
        }
        return new ToComponent(
                name,
                domains,
                new ClusterName.ComponentClusterName(
                        virtualEnvironment.environment(), resolved.version(), PeerCalls.caller(caller.name(), view)),
                dependency,
                Mirrors.of(component, virtualEnvironment),
                resolved.origin());
    }

    private static Destination adapter(
            String name,
            Dependency dependency,
            CredentialsBy by,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        AdapterName adapter = new AdapterName(declaration.namespace(), name);
        List<String> domains = Domains.of(adapter);
        ResolvedAdapter resolved = virtualEnvironment.adapters().get(adapter);
        if (resolved instanceof ResolvedAdapter.HttpAdapter http) {
            return by == CredentialsBy.ROUTE
                    ? new ToAdapter(
                            name,
                            domains,
                            AdapterClusters.targetOf(adapter, http, virtualEnvironment, view),
                            AdapterClusters.credentials(adapter, http, virtualEnvironment, view),
                            http,
                            dependency)
                    : new ToAdapter(
                            name,
                            domains,
                            AdapterClusters.ownerOf(adapter, virtualEnvironment, view),
                            new TreeMap<>(),
                            http,
                            dependency);
        }
        if (resolved instanceof ResolvedAdapter.UnavailableAdapter unavailable) {
            return new RefusedDestination(name, domains, unavailable.reason(), unavailable.origin());
        }
        if (resolved instanceof ResolvedAdapter.TcpAdapter tcp) {
            return new ToConnection(
                    name,
                    domains,
                    AdapterClusters.ownerOf(adapter, virtualEnvironment, view),
                    tcp.target().authority(),
                    tcp.origin());
        }
        return new RefusedDestination(
                name, domains, "adapter " + name + " is not part of the virtual environment", declaration.origin());
    }
}
