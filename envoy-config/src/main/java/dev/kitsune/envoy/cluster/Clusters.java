package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig;
import io.envoyproxy.envoy.type.v3.Percent;

/** The clusters of all kinds, and their common settings. */
public final class Clusters {
    private static final String HTTP_PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /** Limits are the service's own task. Envoy's default of 1,024 would break streams. */
    private static final int NO_LIMIT = 1_000_000;

    private Clusters() {}

    public static Translated cluster(ClusterName name, SnapshotView view) {
        if (name instanceof ClusterName.ComponentClusterName component) {
            return new Translated(ComponentClusters.cluster(component), false);
        }
        if (name instanceof ClusterName.RefusedClusterName refused) {
            return new Translated(ComponentClusters.cluster(refused), false);
        }
        if (name instanceof ClusterName.MirrorClusterName mirror) {
            return new Translated(MirrorClusters.cluster(mirror, view), false);
        }
        if (name instanceof ClusterName.AppClusterName app) {
            return new Translated(AppClusters.cluster(app), false);
        }
        if (name instanceof ClusterName.AppNeedingSecretsClusterName app) {
            return new Translated(AppClusters.cluster(app), false);
        }
        if (name instanceof ClusterName.AppWithSecretsClusterName app) {
            return AppClusters.cluster(app, view);
        }
        if (name instanceof ClusterName.EgressClusterName egress) {
            return EgressCluster.cluster(egress, view);
        }
        if (name instanceof ClusterName.PassthroughClusterName passthrough) {
            return new Translated(EgressCluster.cluster(passthrough), false);
        }
        if (name instanceof ClusterName.AdapterUpgrades upgrades) {
            return AdapterClusters.cluster(upgrades, view);
        }
        return AdapterClusters.cluster((ClusterName.AdapterClusterName) name, view);
    }

    static Cluster.Builder base(ClusterName name) {
        return Cluster.newBuilder()
                .setName(name.toString())
                .setConnectTimeout(Durations.fromSeconds(5))
                .setCircuitBreakers(CircuitBreakers.newBuilder()
                        .addThresholds(Thresholds.newBuilder()
                                .setMaxConnections(UInt32Value.of(NO_LIMIT))
                                .setMaxPendingRequests(UInt32Value.of(NO_LIMIT))
                                .setMaxRequests(UInt32Value.of(NO_LIMIT))
                                .setMaxRetries(UInt32Value.of(NO_LIMIT))))
                // Envoy must never use endpoints that are known to be unhealthy, even if most of them are.
                .setCommonLbConfig(CommonLbConfig.newBuilder().setHealthyPanicThreshold(Percent.getDefaultInstance()));
    }

    /** Forwards a request by the protocol by which it arrived: HTTP/1.1 stays HTTP/1.1, and gRPC stays HTTP/2. */
    static HttpProtocolOptions.Builder sameProtocol() {
        return HttpProtocolOptions.newBuilder()
                .setUseDownstreamProtocolConfig(UseDownstreamHttpConfig.newBuilder()
                        .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
    }

    /** Uses one HTTP version, whatever the version of the request. */
    static HttpProtocolOptions.Builder always(HttpVersion http) {
        ExplicitHttpConfig.Builder config = ExplicitHttpConfig.newBuilder();
        return HttpProtocolOptions.newBuilder()
                .setExplicitHttpConfig(
                        switch (http) {
                            case HTTP1 -> config.setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
                            case HTTP2 -> config.setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance());
                        });
    }

    /** Closes connections that carry nothing for a while, before the server does so at the moment of the next request. */
    static HttpProtocolOptions.Builder idle(HttpProtocolOptions.Builder options, java.time.Duration time) {
        options.getCommonHttpProtocolOptionsBuilder().setIdleTimeout(Durations.fromMillis(time.toMillis()));
        return options;
    }

    static Cluster.Builder with(Cluster.Builder cluster, HttpProtocolOptions.Builder options) {
        return cluster.putTypedExtensionProtocolOptions(HTTP_PROTOCOL_OPTIONS, Any.pack(options.build()));
    }

    static ClusterLoadAssignment oneEndpoint(String cluster, String host, int port) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(LocalityLbEndpoints.newBuilder()
                        .addLbEndpoints(LbEndpoint.newBuilder()
                                .setEndpoint(Endpoint.newBuilder().setAddress(Addresses.of(host, port)))))
                .build();
    }

    /** Returns a stand-in that keeps requests from waiting. They fail at once, because it has no endpoints. */
    public static Translated standIn(ClusterName name) {
        Cluster cluster = with(base(name), sameProtocol())
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder().setClusterName(name.toString()))
                .build();
        return new Translated(cluster, true);
    }
}
