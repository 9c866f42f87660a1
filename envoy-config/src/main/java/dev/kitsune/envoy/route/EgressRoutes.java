package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Platform.AdapterTarget;
import dev.kitsune.model.manifest.Platform.Egress;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC.Action;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.UpgradeConfig;
import io.envoyproxy.envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The routes of undeclared calls. They refuse a call, or forward it to the address of its host. Kitsune's headers are
 * removed first. Addresses of the machine or its link are refused, as for adapters, because admin ports and a cloud's
 * credentials are at such addresses.
 */
final class EgressRoutes {
    private static final List<CidrRange> LOOPBACK = List.of(
            range("127.0.0.0", 8),
            range("::1", 128),
            range("0.0.0.0", 8),
            range("::", 128),
            range("::ffff:127.0.0.0", 104),
            range("::ffff:0.0.0.0", 104));

    private static final List<CidrRange> LINK_LOCAL =
            List.of(range("169.254.0.0", 16), range("fe80::", 10), range("::ffff:169.254.0.0", 112));

    private EgressRoutes() {}

    static VirtualHost undeclared(ComponentVersion caller, Platform platform, Leaving leaving) {
        VirtualHost.Builder host =
                VirtualHost.newBuilder().setName("undeclared").addDomains("*");
        if (platform.egress() == Egress.Declared) {
            return host.addRoutes(refusal(caller).toBuilder().setMatch(Routes.CONNECT))
                    .addRoutes(refusal(caller))
                    .build();
        }
        RouteAction.Builder out = Routes.forward(new ClusterName.EgressClusterName(HttpVersion.HTTP1).toString());
        Route.Builder tunnel = leaving.undeclared(Route.newBuilder())
                .setMatch(Routes.CONNECT)
                .setRoute(RetryPolicies.with(out.clone(), RetryPolicies.ofUnknown())
                        .setIdleTimeout(Routes.NONE)
                        .addUpgradeConfigs(UpgradeConfig.newBuilder()
                                .setUpgradeType("CONNECT")
                                .setConnectConfig(ConnectConfig.getDefaultInstance())));
        host.addRoutes(tunnel)
                .addAllRoutes(ByProtocol.of(
                        Routes.forwarding(
                                leaving.undeclared(Route.newBuilder())
                                        .setMatch(Routes.EVERYTHING)
                                        .setRoute(out),
                                null),
                        AppProtocol.HTTP,
                        http -> new ClusterName.EgressClusterName(http)));
        List<CidrRange> guarded = new ArrayList<>();
        if (!platform.adapterTargets().contains(AdapterTarget.Loopback)) {
            guarded.addAll(LOOPBACK);
        }
        if (!platform.adapterTargets().contains(AdapterTarget.LinkLocal)) {
            guarded.addAll(LINK_LOCAL);
        }
        if (!guarded.isEmpty()) {
            host.putTypedPerFilterConfig(WireNames.ADDRESSES_FILTER, refusing(guarded));
        }
        VirtualHost shared = SharedParts.once(host);
        return shared.toBuilder()
                .clearRoutes()
                .addAllRoutes(leaving.withBaggage(shared.getRoutesList(), Map.of()))
                .addAllRoutes(shared.getRoutesList())
                .build();
    }

    static Route refusal(ComponentVersion caller) {
        return Routes.catchAll(403, caller + " declares no dependency of this name; call a dependency by its name");
    }

    private static Any refusing(List<CidrRange> addresses) {
        Permission.Set.Builder any = Permission.Set.newBuilder();
        addresses.forEach(range -> any.addRules(Permission.newBuilder()
                .setMatcher(TypedExtensionConfig.newBuilder()
                        .setName("envoy.rbac.matchers.upstream_ip_port")
                        .setTypedConfig(Any.pack(UpstreamIpPortMatcher.newBuilder()
                                .setUpstreamIp(range)
                                .build())))));
        Policy policy = Policy.newBuilder()
                .addPermissions(Permission.newBuilder().setOrRules(any))
                .addPrincipals(Principal.newBuilder().setAny(true))
                .build();
        return AccessPolicy.of(Action.DENY, "guarded-addresses", policy);
    }

    private static CidrRange range(String address, int bits) {
        return CidrRange.newBuilder()
                .setAddressPrefix(address)
                .setPrefixLen(UInt32Value.of(bits))
                .build();
    }
}
