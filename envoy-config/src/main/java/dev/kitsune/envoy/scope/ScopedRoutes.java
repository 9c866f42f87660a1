package dev.kitsune.envoy.scope;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration.Key;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration.Key.Fragment;
import java.util.List;

/** One scope for each direction and virtual environment. It selects routes that it may share with its ancestors. */
public final class ScopedRoutes {
    private ScopedRoutes() {}

    /** Returns the scope for requests without context, which a gateway always has. */
    public static List<String> names(Audience audience) {
        return audience instanceof Proxy.GatewayProxy gateway
                ? List.of(new ScopeName(gateway.scopes(), new RouteName.GatewayRouteName(RouteName.NO_CONTEXT))
                        .toString())
                : List.of();
    }

    /** Returns the scopes of a proxy for one virtual environment. */
    public static List<String> names(Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(virtualEnvironment);
        if (resolved == null) {
            return List.of();
        }
        if (audience instanceof Audience.Sidecars sidecar) {
            if (!sidecar.workload().actsFor(resolved.environment())) {
                return List.of();
            }
            return List.of(
                    new ScopeName(
                                    sidecar.scopes(),
                                    new RouteName.OutboundRouteName(
                                            sidecar.component(), virtualEnvironment, sidecar.credentials()))
                            .toString(),
                    new ScopeName(
                                    sidecar.scopes(),
                                    new RouteName.InboundRouteName(
                                            sidecar.component(),
                                            sidecar.appPort(),
                                            virtualEnvironment,
                                            sidecar.credentials()))
                            .toString());
        }
        return audience instanceof Proxy.GatewayProxy gateway
                ? List.of(
                        new ScopeName(gateway.scopes(), new RouteName.GatewayRouteName(virtualEnvironment)).toString())
                : List.of();
    }

    public static Translated scope(ScopeName name, SnapshotView view) {
        RouteName route = name.route();
        boolean known = route.virtualEnvironment().equals(RouteName.NO_CONTEXT)
                || view.virtualEnvironment(route.virtualEnvironment()) != null;
        return new Translated(
                ScopedRouteConfiguration.newBuilder()
                        .setName(name.toString())
                        .setRouteConfigurationName(
                                RouteConfigurations.inScope(route, view).toString())
                        .setKey(Key.newBuilder()
                                .addFragments(Fragment.newBuilder()
                                        .setStringKey(route.scopeKey().toString())))
                        .build(),
                !known);
    }
}
