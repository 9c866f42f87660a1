package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import dev.kitsune.envoy.cluster.PeerSocket;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/**
 * The inbound port of a sidecar if proxies use TLS among each other: a chain for those who show a certificate of the mesh,
 * and one for everyone else.
 */
public final class PeerChains {
    /** The filter chain for calls of other proxies. */
    public static final String PEERS = "peers";

    private static final String OUTSIDE = "outside";

    private PeerChains() {}

    /** {@code plain}: the port without TLS; {@code manager}: its connection manager */
    static Listener on(
            Listener plain, HttpConnectionManager manager, ListenerName.InboundListenerName name, SnapshotView view) {
        Listener.Builder listener = plain.toBuilder().clearFilterChains().addFilterChains(peers(manager, name));
        if (!view.mesh().requires()) {
            Context context = view.platform().context();
            listener.addFilterChains(
                    outside(view.mesh().believesOnlyTls() ? withoutContext(manager, context) : manager));
        }
        return ServerTls.inspect(listener.build());
    }

    private static FilterChain peers(HttpConnectionManager manager, ListenerName.InboundListenerName name) {
        HttpConnectionManager.Builder peers = manager.toBuilder();
        peers.getLocalReplyConfigBuilder()
                .addMappers(0, LocalReply.refusedPeer(name.version().name()));
        // It follows what loads the routes, because these say who may pass.
        peers.addHttpFilters(
                position(manager, WireNames.ON_DEMAND_FILTER) + 1,
                HttpFilters.of(WireNames.PEERS_FILTER, RBAC.getDefaultInstance()));
        return FilterChain.newBuilder()
                .setName(PEERS)
                .setFilterChainMatch(FilterChainMatch.newBuilder().setTransportProtocol("tls"))
                .setTransportSocket(socket(new PeerIdentity(name.version().name())))
                .addFilters(Hcm.filter(peers.build()))
                .build();
    }

    private static int position(HttpConnectionManager manager, String filter) {
        List<String> names =
                manager.getHttpFiltersList().stream().map(HttpFilter::getName).toList();
        return names.indexOf(filter);
    }

    private static FilterChain outside(HttpConnectionManager manager) {
        return FilterChain.newBuilder()
                .setName(OUTSIDE)
                .setFilterChainMatch(FilterChainMatch.newBuilder().setTransportProtocol("raw_buffer"))
                .addFilters(Hcm.filter(manager))
                .build();
    }

    /** The requests get the context that their workload gives to requests without one. */
    private static HttpConnectionManager withoutContext(HttpConnectionManager manager, Context context) {
        return manager.toBuilder()
                .addEarlyHeaderMutationExtensions(
                        0,
                        EarlyMutation.of(List.of(
                                EarlyMutation.remove(context.header()),
                                EarlyMutation.remove(context.deploymentHeader()))))
                .addHttpFilters(0, HttpFilters.script(WireNames.OUTSIDE_FILTER, LuaFilter.outside(context)))
                .build();
    }

    private static TransportSocket socket(PeerIdentity own) {
        StringMatcher anyPeer =
                StringMatcher.newBuilder().setPrefix(PeerIdentity.SCHEME).build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(DownstreamTlsContext.newBuilder()
                        .setRequireClientCertificate(BoolValue.of(true))
                        .setCommonTlsContext(PeerSocket.common(own, anyPeer)
                                .addAlpnProtocols("h2")
                                .addAlpnProtocols("http/1.1"))
                        .build()))
                .build();
    }
}
