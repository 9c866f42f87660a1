package dev.kitsune.xds.check;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The names of the resources that are checked first for a gateway and the sidecars. Routes that virtual environments
 * share are listed once, and so are the resources of equal versions. For a child, only its own versions are listed,
 * because its parents have all others. For a root, the unused versions of its apps are also listed, because requests
 * may select them. The number of names therefore grows with virtual environments plus versions, not with their product.
 */
final class ServedNames {
    /** Any ports work, because no fault depends on them. */
    private static final Proxy.GatewayProxy GATEWAY = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.ON_DEMAND);

    private static final int APP_PORT = 8081;

    private final Snapshot snapshot;
    private final Set<ServedName> names = new LinkedHashSet<>();

    private ServedNames(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    static Set<ServedName> of(Snapshot snapshot) {
        ServedNames served = new ServedNames(snapshot);
        SortsOfVersions sorts = SortsOfVersions.of(snapshot);
        served.standing(GATEWAY);
        served.names.add(
                new ServedName(ResourceType.ROUTE, new RouteName.GatewayRouteName(RouteName.NO_CONTEXT).toString()));
        sorts.first()
                .forEach(version -> served.standing(new Proxy.SidecarProxy(
                        version, null, "127.0.0.1", 8080, 8082, APP_PORT, Proxy.Scopes.ON_DEMAND)));
        for (ResolvedVirtualEnvironment virtualEnvironment :
                snapshot.virtualEnvironments().values()) {
            served.route(new RouteName.GatewayRouteName(virtualEnvironment.name()));
            Set<ComponentVersion> own = new LinkedHashSet<>();
            virtualEnvironment.components().values().forEach(component -> own.add(component.version()));
            if (virtualEnvironment.parent() == null) {
                own.addAll(sorts.beside(own, virtualEnvironment.apps().keySet()));
            }
            for (ComponentVersion version : own) {
                served.route(new RouteName.OutboundRouteName(version, virtualEnvironment.name()));
                served.route(new RouteName.InboundRouteName(version, APP_PORT, virtualEnvironment.name()));
            }
        }
        return served.names;
    }

    private void standing(Proxy proxy) {
        Audience audience = Audience.of(proxy, snapshot);
        for (ResourceType type : ResourceType.values()) {
            Translator.wildcard(type, audience, snapshot).forEach(name -> names.add(new ServedName(type, name)));
        }
    }

    private void route(RouteName name) {
        names.add(new ServedName(
                ResourceType.ROUTE, RouteConfigurations.ownerOf(name, snapshot).toString()));
    }
}
