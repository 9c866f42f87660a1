package dev.kitsune.envoy.listener;

import com.google.protobuf.BoolValue;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.Proxy.CallCapture;
import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.ContextRules;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Platform.Egress;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The listeners of gateways and sidecars, and of gRPC clients. */
public final class Listeners {
    private Listeners() {}

    public static Listener listener(ListenerName name, SnapshotView view) {
        if (name instanceof ListenerName.GatewayListenerName gateway) {
            return gateway(gateway, view);
        }
        if (name instanceof ListenerName.GatewayTlsListenerName gateway) {
            return gatewayTls(gateway, view);
        }
        if (name instanceof ListenerName.InboundListenerName inbound) {
            return inbound(inbound, view);
        }
        if (name instanceof ListenerName.OutboundListenerName outbound) {
            return outbound(outbound, view);
        }
        if (name instanceof ListenerName.LocalListenerName local) {
            return LocalPorts.listener(local, view);
        }
        return ApiListener.of((ListenerName.GrpcListenerName) name, view);
    }

    /** Returns a listener with one filter for all connections. */
    static Listener listener(String name, String address, int port, TrafficDirection direction, Filter filter) {
        return listener(
                name,
                address,
                port,
                direction,
                List.of(FilterChain.newBuilder().addFilters(filter).build()));
    }

    private static Listener listener(
            String name, String address, int port, TrafficDirection direction, List<FilterChain> chains) {
        return Listener.newBuilder()
                .setName(name)
                .setTrafficDirection(direction)
                .setAddress(Addresses.toListen(address, port))
                // A second Envoy on the port must fail instead of taking half of the requests.
                .setEnableReusePort(BoolValue.of(false))
                .addAllFilterChains(chains)
                .build();
    }

    private static Listener gateway(ListenerName.GatewayListenerName name, SnapshotView view) {
        GatewayTls tls = view.platform().gateway().tls();
        boolean redirects = name.tlsPort() != null && tls != null && tls.redirect();
        return listener(
                name.toString(),
                name.address(),
                name.port(),
                TrafficDirection.INBOUND,
                GatewayChains.of(gateway(redirects, view), view.platform().trustedProxies()));
    }

    private static Listener gatewayTls(ListenerName.GatewayTlsListenerName name, SnapshotView view) {
        GatewayTls tls = view.platform().gateway().tls();
        List<FilterChain> chains =
                GatewayChains.of(gateway(false, view), view.platform().trustedProxies());
        return ServerTls.inspect(listener(
                name.toString(),
                name.address(),
                name.port(),
                TrafficDirection.INBOUND,
                tls == null ? List.of() : ServerTls.chains(chains, tls)));
    }

    /** {@code redirects}: whether requests without TLS are sent to the port with it */
    private static HttpConnectionManager gateway(boolean redirects, SnapshotView view) {
        Platform.Context context = view.platform().context();
        TokenCheck tokens = TokenCheck.of(view);
        List<HttpFilter> filters = new ArrayList<>();
        if (redirects) {
            filters.add(HttpFilters.https(LuaFilter.https()));
        }
        filters.add(HttpFilters.normaliser(
                LuaFilter.gateway(context, view.platform().defaultVirtualEnvironment(), tokens.cookies())));
        filters.add(HttpFilters.onDemand());
        filters.addAll(tokens.filters());
        filters.add(HttpFilters.genesis(LuaFilter.genesis(context)));
        filters.add(DebugAnswers.filter());
        filters.add(HttpFilters.router());
        List<HeaderMutation> mutations = withoutForged();
        // Only the normaliser sets the scope here. Until then there is none, so no rule is tried in vain.
        mutations.add(EarlyMutation.remove(WireNames.SCOPE_HEADER));
        // Envoy's own control headers are for callers inside the mesh.
        mutations.add(EarlyMutation.removePrefix("x-envoy-"));
        return Hcm.base("gateway", LocalReply.atGateway(context), EarlyMutation.of(mutations), filters)
                .setUseRemoteAddress(BoolValue.of(true))
                // Rules compare the path that the app will see, so no other spelling bypasses them.
                .setNormalizePath(BoolValue.of(true))
                .setMergeSlashes(true)
                .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD)
                .build();
    }

    private static Listener inbound(ListenerName.InboundListenerName name, SnapshotView view) {
        HttpConnectionManager manager =
                sidecar(RouteName.InboundRouteName.DIRECTION, name.inlineHeaders(), name.context(), view);
        Listener plain =
                listener(name.toString(), name.address(), name.port(), TrafficDirection.INBOUND, Hcm.filter(manager));
        return view.mesh().accepts() ? PeerChains.on(plain, manager, name, view) : plain;
    }

    private static Listener outbound(ListenerName.OutboundListenerName name, SnapshotView view) {
        HttpConnectionManager manager =
                sidecar(RouteName.OutboundRouteName.DIRECTION, name.inlineHeaders(), name.context(), view);
        Listener explicit =
                listener(name.toString(), "127.0.0.1", name.port(), TrafficDirection.OUTBOUND, Hcm.filter(manager));
        return name.capture() == CallCapture.TRANSPARENT ? CapturedCalls.listener(explicit, name, view) : explicit;
    }

    private static HttpConnectionManager sidecar(
            String direction,
            List<String> inlineHeaders,
            @Nullable VirtualEnvironmentName ownContext,
            SnapshotView view) {
        boolean outbound = direction.equals(RouteName.OutboundRouteName.DIRECTION);
        Platform.Context context = view.platform().context();
        VirtualEnvironmentName fallback = WorkloadScope.context(ownContext, view);
        List<HeaderMutation> mutations = withoutForged();
        // With Kitsune's bootstrap, Envoy has already joined the lines of a doubled header. It finds no scope or a
        // route that runs the normaliser, which makes one value of equal ones and refuses others. With another
        // bootstrap or header, the first line is kept, so that at least no second value passes.
        Stream.of(context.header(), context.deploymentHeader())
                .filter(header -> !inlineHeaders.contains(header))
                .map(EarlyMutation::firstOf)
                .forEach(mutations::add);
        mutations.add(EarlyMutation.overwrite(WireNames.SCOPE_HEADER, direction + "/%REQ(" + context.header() + ")%"));
        if (outbound) {
            // Redirected requests do not pass here again, so their header is Envoy's own.
            mutations.add(EarlyMutation.remove(WireNames.REDIRECTED_HEADER));
        }
        TypedExtensionConfig early = EarlyMutation.of(mutations);
        List<HttpFilter> filters = new ArrayList<>();
        filters.add(HttpFilters.normaliser(LuaFilter.sidecar(direction, context, fallback)));
        filters.add(HttpFilters.onDemand());
        filters.add(HttpFilters.use(LuaFilter.use(context)));
        if (outbound) {
            if (view.platform().egress() == Egress.Any) {
                filters.addAll(HttpFilters.egress());
            }
            filters.add(HttpFilters.of(WireNames.LEAVING_FILTER, ContextRules.ofCalls(context)));
            filters.add(HttpFilters.call(LuaFilter.call(context)));
        }
        filters.add(HttpFilters.router());
        HttpConnectionManager.Builder manager = Hcm.base(
                        outbound ? "outbound" : "inbound", LocalReply.atSidecar(context.header()), early, filters)
                .setUseRemoteAddress(BoolValue.of(false))
                .setSkipXffAppend(true);
        if (outbound) {
            // This is for TCP adapters. Each route decides whether it accepts a CONNECT.
            manager.addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("CONNECT"));
        }
        return manager.build();
    }

    /**
     * Removes headers that only Kitsune may send: delivered variables and secrets in any spelling, including
     * underscores, which many apps cannot distinguish from hyphens. Other headers with underscores belong to users and
     * pass.
     */
    private static List<HeaderMutation> withoutForged() {
        List<HeaderMutation> mutations = new ArrayList<>();
        mutations.add(EarlyMutation.removePrefix("kitsune_"));
        mutations.add(EarlyMutation.removePrefix(stem(Delivery.VARIABLE_PREFIX)));
        mutations.add(EarlyMutation.removePrefix(stem(Delivery.SECRET_PREFIX)));
        return mutations;
    }

    /** {@code kitsune-var-} without its last hyphen, so that {@code kitsune-var_x} goes too. */
    private static String stem(String prefix) {
        return prefix.substring(0, prefix.length() - 1);
    }
}
