package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.LuaScript;
import dev.kitsune.envoy.UpstreamCodecs;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.ClusterName.MirrorClusterName.Protocol;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;

/**
 * The clusters of copies of calls. An upstream filter replaces the original's virtual environment by the copy's, so
 * that all further calls of a copy belong to the copy's.
 */
final class MirrorClusters {
    private static final String SCRIPT = LuaScript.read(MirrorClusters.class, "mirror.lua");

    private MirrorClusters() {}

    static Cluster cluster(ClusterName.MirrorClusterName name, SnapshotView view) {
        HttpProtocolOptions.Builder options = Clusters.always(http(name.protocol()))
                // Nobody waits for a copy, so only this limit ends one that is never answered.
                .setCommonHttpProtocolOptions(bound())
                .addHttpFilters(context(name.to(), view.platform().context()))
                .addHttpFilters(UpstreamCodecs.FILTER);
        Cluster.Builder cluster = Clusters.with(Clusters.base(name), options)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(EdsClusterConfig.newBuilder().setEdsConfig(Ads.SOURCE))
                // Envoy's default limits apply, and excess copies are dropped.
                .clearCircuitBreakers();
        return PeerSocket.with(cluster, name.caller(), name.version().name()).build();
    }

    private static io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions bound() {
        return io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder()
                .setMaxStreamDuration(Durations.fromMinutes(5))
                .build();
    }

    private static HttpVersion http(Protocol protocol) {
        return switch (protocol) {
            case HTTP -> HttpVersion.HTTP1;
            case GRPC -> HttpVersion.HTTP2;
        };
    }

    private static HttpFilter context(VirtualEnvironmentName virtualEnvironment, Context context) {
        String constants = LuaScript.constant("VIRTUAL_ENVIRONMENT", virtualEnvironment.value())
                + LuaScript.constant("SCOPE", WireNames.SCOPE_HEADER)
                + LuaScript.constant("BAGGAGE", context.baggage())
                + LuaScript.baggage(context)
                + LuaScript.PUT_BAGGAGE;
        return HttpFilter.newBuilder()
                .setName("kitsune.mirror")
                .setTypedConfig(Any.pack(Lua.newBuilder()
                        .setDefaultSourceCode(DataSource.newBuilder().setInlineString(constants + SCRIPT))
                        .build()))
                .build();
    }
}
