package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.HcmAccessLogOptions;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor;
import java.util.List;

/** The common settings of all HTTP listeners: scoped routes that one header selects. */
final class Hcm {
    private Hcm() {}

    static HttpConnectionManager.Builder base(
            String statPrefix,
            LocalReplyConfig localReply,
            TypedExtensionConfig earlyMutation,
            List<HttpFilter> filters) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .setScopedRoutes(ScopedRoutes.newBuilder()
                        .setName("environments")
                        .setScopeKeyBuilder(ScopeKeyBuilder.newBuilder()
                                .addFragments(FragmentBuilder.newBuilder()
                                        .setHeaderValueExtractor(HeaderValueExtractor.newBuilder()
                                                .setName(WireNames.SCOPE_HEADER)
                                                .setIndex(0))))
                        .setRdsConfigSource(Ads.SOURCE)
                        .setScopedRds(ScopedRds.newBuilder().setScopedRdsConfigSource(Ads.SOURCE)))
                .addEarlyHeaderMutationExtensions(earlyMutation)
                .addAllHttpFilters(filters)
                .addAccessLog(UseLog.ofRequests())
                .setAccessLogOptions(HcmAccessLogOptions.newBuilder().setAccessLogFlushInterval(UseLog.EVERY))
                .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"))
                .setHttpProtocolOptions(Http1.OPTIONS)
                .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder().setAllowConnect(true))
                // A name with a trailing dot is the same name, and no rule or dependency is written with it.
                .setStripTrailingHostDot(true)
                // This is the only limit for a request that waits for routes while the control plane is away. Every
                // route replaces it by its own idle timeout.
                .setStreamIdleTimeout(Durations.fromSeconds(5))
                .setServerHeaderTransformation(HttpConnectionManager.ServerHeaderTransformation.PASS_THROUGH)
                .setLocalReplyConfig(localReply);
    }

    static Filter filter(HttpConnectionManager manager) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Any.pack(manager))
                .build();
    }
}
