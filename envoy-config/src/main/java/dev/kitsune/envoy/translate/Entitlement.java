package dev.kitsune.envoy.translate;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.listener.LocalPorts;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.route.GrpcCaller;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides which resources a proxy may have: its own listeners and routes, the secrets that the requests need which can
 * come to its component version, and for a gateway the certificates that it shows. A gRPC client gets no secrets, because
 * it has no Envoy that could add them to its calls.
 */
final class Entitlement {
    private Entitlement() {}

    static List<String> listeners(Audience audience, SnapshotView view) {
        if (audience instanceof Audience.Sidecars sidecar) {
            List<ListenerName> names = new ArrayList<>();
            names.add(new ListenerName.InboundListenerName(
                    sidecar.component(),
                    sidecar.workload().virtualEnvironment(),
                    sidecar.inboundAddress(),
                    sidecar.inboundPort(),
                    sidecar.appPort(),
                    sidecar.inlineHeaders()));
            names.add(new ListenerName.OutboundListenerName(
                    sidecar.component(),
                    sidecar.workload().virtualEnvironment(),
                    sidecar.outboundPort(),
                    sidecar.inlineHeaders(),
                    sidecar.capture()));
            names.addAll(LocalPorts.of(sidecar, view));
            return names.stream().map(ListenerName::toString).toList();
        }
        if (audience instanceof Proxy.GatewayProxy gateway) {
            return gateway(gateway, view).map(ListenerName::toString).toList();
        }
        // A gRPC client subscribes to the listeners that it dials.
        return List.of();
    }

    private static Stream<ListenerName> gateway(Proxy.GatewayProxy gateway, SnapshotView view) {
        ListenerName plain = new ListenerName.GatewayListenerName(
                gateway.listenAddress(), gateway.listenPort(), gateway.scopes(), gateway.tlsPort());
        return gateway.tlsPort() == null || view.platform().gateway().tls() == null
                ? Stream.of(plain)
                : Stream.of(
                        plain,
                        new ListenerName.GatewayTlsListenerName(
                                gateway.listenAddress(), gateway.tlsPort(), gateway.scopes()));
    }

    static boolean holds(Audience audience, ResourceType type, String name, SnapshotView view) {
        return switch (type) {
            case LISTENER ->
                audience instanceof Proxy.GrpcProxy grpc
                        ? ListenerName.parse(name).stream()
                                .anyMatch(listener -> listener instanceof ListenerName.GrpcListenerName dialled
                                        && dialled.client().equals(grpc))
                        : listeners(audience, view).contains(name);
            case SCOPED_ROUTE ->
                ScopeName.parse(name).map(scope -> scope.route().plain()).stream()
                        .anyMatch(route -> route(audience, route, view));
            case ROUTE ->
                RouteName.parse(name).map(RouteName::plain).stream().anyMatch(route -> route(audience, route, view));
            case CLUSTER -> ClusterName.parse(name).stream().anyMatch(cluster -> cluster(audience, cluster, view));
            case ENDPOINT -> true; // Endpoints hold only addresses, which give no right to anything.
            case SECRET -> SecretName.parse(name).stream().anyMatch(secret -> secret(audience, secret, view));
        };
    }

    static boolean keeps(Audience audience, ResourceType type, String name, SnapshotView view) {
        return type == ResourceType.SECRET
                && audience instanceof Audience.Sidecars sidecar
                && SecretName.parse(name).stream().anyMatch(secret -> mayAct(sidecar, secret, view));
    }

    private static boolean route(Audience audience, RouteName route, SnapshotView view) {
        if (audience instanceof Proxy.GatewayProxy) {
            return route instanceof RouteName.GatewayRouteName;
        }
        if (audience instanceof Proxy.GrpcProxy grpc) {
            return route instanceof RouteName.GrpcRouteName calls
                    && GrpcCaller.of(grpc, view).stream().anyMatch(caller -> caller.owns(calls));
        }
        Audience.Sidecars sidecar = (Audience.Sidecars) audience;
        boolean own = route instanceof RouteName.OutboundRouteName outbound
                ? outbound.caller().equals(sidecar.component())
                : route instanceof RouteName.InboundRouteName inbound
                        && inbound.callee().equals(sidecar.component());
        return own && actsFor(sidecar, route.virtualEnvironment(), view);
    }

    private static boolean cluster(Audience audience, ClusterName cluster, SnapshotView view) {
        if (cluster instanceof ClusterName.ComponentClusterName
                || cluster instanceof ClusterName.MirrorClusterName
                || cluster instanceof ClusterName.RefusedClusterName) {
            return true;
        }
        if (!(audience instanceof Audience.Sidecars sidecar)) {
            return false;
        }
        if (cluster instanceof ClusterName.AppClusterName app) {
            return app.port() == sidecar.appPort();
        }
        if (cluster instanceof ClusterName.EgressClusterName || cluster instanceof ClusterName.PassthroughClusterName) {
            return true;
        }
        if (cluster instanceof ClusterName.AppNeedingSecretsClusterName app) {
            return app.port() == sidecar.appPort() && app.version().equals(sidecar.component());
        }
        if (cluster instanceof ClusterName.AppWithSecretsClusterName app) {
            return own(sidecar, app.version(), app.virtualEnvironment(), view);
        }
        if (cluster instanceof ClusterName.AdapterUpgrades upgrades) {
            return declares(sidecar, upgrades.adapter(), upgrades.virtualEnvironment(), view);
        }
        ClusterName.AdapterClusterName adapter = (ClusterName.AdapterClusterName) cluster;
        return declares(sidecar, adapter.adapter(), adapter.virtualEnvironment(), view);
    }

    private static boolean secret(Audience audience, SecretName secret, SnapshotView view) {
        if (secret instanceof SecretName.GatewayCertificate certificate) {
            GatewayTls tls = view.platform().gateway().tls();
            return audience instanceof Proxy.GatewayProxy gateway
                    && gateway.tlsPort() != null
                    && tls != null
                    && tls.names(certificate.secret());
        }
        if (secret instanceof SecretName.PeerCertificate certificate) {
            return Optional.of(certificate.identity()).equals(peer(audience));
        }
        if (secret instanceof SecretName.PeerAuthorities) {
            return peer(audience).isPresent();
        }
        if (!(audience instanceof Audience.Sidecars sidecar)) {
            return false;
        }
        return mayAct(sidecar, secret, view)
                && secret.owner().stream().allMatch(owner -> new SecretNeed(sidecar, secret, view).exists(owner));
    }

    /** Returns who a proxy is to others; empty for a gRPC client, which has no certificate. */
    private static Optional<PeerIdentity> peer(Audience audience) {
        if (audience instanceof Audience.Sidecars sidecar) {
            return Optional.of(new PeerIdentity(sidecar.component().name()));
        }
        return audience instanceof Proxy.GatewayProxy ? Optional.of(PeerIdentity.GATEWAY) : Optional.empty();
    }

    private static boolean mayAct(Audience.Sidecars sidecar, SecretName secret, SnapshotView view) {
        if (secret instanceof SecretName.AppHeader header) {
            return own(sidecar, header.version(), header.virtualEnvironment(), view);
        }
        if (secret instanceof SecretName.AdapterHeader header) {
            return declares(sidecar, header.adapter(), header.virtualEnvironment(), view);
        }
        if (secret instanceof SecretName.AdapterTls tls) {
            return declares(sidecar, tls.adapter(), tls.virtualEnvironment(), view);
        }
        return secret instanceof SecretName.NoSecret;
    }

    private static boolean own(
            Audience.Sidecars sidecar,
            ComponentVersion version,
            VirtualEnvironmentName virtualEnvironment,
            SnapshotView view) {
        return version.equals(sidecar.component()) && actsFor(sidecar, virtualEnvironment, view);
    }

    private static boolean declares(
            Audience.Sidecars sidecar,
            AdapterName adapter,
            VirtualEnvironmentName virtualEnvironment,
            SnapshotView view) {
        Declaration declaration = view.declaration(sidecar.component());
        boolean declared = declaration != null
                && declaration.namespace().equals(adapter.namespace())
                && Optional.ofNullable(declaration.dependencies().get(adapter.name()))
                        .filter(dependency -> dependency.type() == DependencyType.Adapter)
                        .isPresent();
        return declared && actsFor(sidecar, virtualEnvironment, view);
    }

    /** A removed virtual environment is not secret. Its name only gets a stand-in. */
    private static boolean actsFor(
            Audience.Sidecars sidecar, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(virtualEnvironment);
        return resolved == null || sidecar.workload().actsFor(resolved.environment());
    }
}
