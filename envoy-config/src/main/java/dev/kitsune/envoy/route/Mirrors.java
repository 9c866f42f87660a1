package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.MirrorClusterName.Protocol;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.ResolvedMirror;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Copies of a virtual environment's calls. */
public final class Mirrors {
    private Mirrors() {}

    /** The clusters of one virtual environment's copies, for the proxies that make them. */
    public static List<String> clusters(
            Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(virtualEnvironment);
        if (resolved == null || resolved.mirrors().isEmpty()) {
            return List.of();
        }
        return called(audience, resolved, view).stream()
                .flatMap(component -> of(component, resolved).stream())
                .flatMap(mirror -> Arrays.stream(Protocol.values())
                        .map(protocol -> cluster(mirror, protocol, resolved.environment(), caller(audience, view))))
                .distinct()
                .toList();
    }

    /** The clusters of copies of requests without context, which a gateway serves before it has loaded anything. */
    public static List<String> clustersWithoutContext(Audience audience, SnapshotView view) {
        return audience instanceof Proxy.GatewayProxy
                ? view.released().keySet().stream()
                        .flatMap(released -> clusters(audience, released, view).stream())
                        .distinct()
                        .toList()
                : List.of();
    }

    private static @Nullable PeerIdentity caller(Audience audience, SnapshotView view) {
        return audience instanceof Audience.Sidecars sidecar
                ? PeerCalls.caller(sidecar.component().name(), view)
                : PeerCalls.caller(PeerIdentity.GATEWAY, view);
    }

    static List<ResolvedMirror> of(ComponentName called, ResolvedVirtualEnvironment virtualEnvironment) {
        return virtualEnvironment.mirrors().getOrDefault(called, List.of());
    }

    /** The components that a proxy's routes of a virtual environment lead to. */
    private static Set<ComponentName> called(
            Audience audience, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        if (audience instanceof Proxy.GatewayProxy) {
            return targets(virtualEnvironment, view).collect(Collectors.toSet());
        }
        if (!(audience instanceof Audience.Sidecars sidecar)
                || !sidecar.workload().actsFor(virtualEnvironment.environment())) {
            return Set.of();
        }
        Declaration declaration = view.declaration(sidecar.component());
        return declaration == null
                ? Set.of()
                : declaration.dependencies().entrySet().stream()
                        .filter(dependency -> dependency.getValue().type() == DependencyType.Component)
                        .map(dependency -> Destination.component(dependency.getKey(), sidecar.component()))
                        .collect(Collectors.toSet());
    }

    /** The components that rules lead to, those of app deployments that a request may select among them. */
    static Stream<ComponentName> targets(ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        return Stream.concat(
                virtualEnvironment.routes().stream().map(route -> route.target().name()),
                virtualEnvironment.apps().keySet().stream().flatMap(app -> view.ruleInputs(app).components().stream()));
    }

    /**
     * The routes of {@link Routes#forwarding}, with copies; but not of WebSockets: of these Envoy copies the beginning
     * alone.
     */
    static List<Route> on(
            List<Route> routes, List<ResolvedMirror> mirrors, String environment, @Nullable PeerIdentity caller) {
        return mirrors.isEmpty()
                ? routes
                : routes.stream()
                        .map(route -> Routes.isUpgrade(route) ? route : on(route, mirrors, environment, caller))
                        .toList();
    }

    private static Route on(
            Route route, List<ResolvedMirror> mirrors, String environment, @Nullable PeerIdentity caller) {
        Protocol protocol = route.getMatch().hasGrpc() ? Protocol.GRPC : Protocol.HTTP;
        Route.Builder copied = route.toBuilder();
        mirrors.forEach(mirror -> copied.getRouteBuilder()
                .addRequestMirrorPolicies(policy(mirror, cluster(mirror, protocol, environment, caller))));
        return copied.build();
    }

    private static RequestMirrorPolicy policy(ResolvedMirror mirror, String cluster) {
        return RequestMirrorPolicy.newBuilder()
                .setCluster(cluster)
                .setDisableShadowHostSuffixAppend(true)
                .setRuntimeFraction(RuntimeFractionalPercent.newBuilder()
                        .setDefaultValue(FractionalPercent.newBuilder()
                                .setNumerator(mirror.percent())
                                .setDenominator(DenominatorType.HUNDRED)))
                .build();
    }

    private static String cluster(
            ResolvedMirror mirror, Protocol protocol, String environment, @Nullable PeerIdentity caller) {
        return new ClusterName.MirrorClusterName(protocol, mirror.to(), environment, mirror.version(), caller)
                .toString();
    }
}
