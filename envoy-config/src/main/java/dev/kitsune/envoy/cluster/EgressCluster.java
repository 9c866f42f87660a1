package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.model.manifest.Platform.Egress;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CustomClusterType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DnsLookupFamily;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;

/**
 * The clusters for what is not declared. One resolves the host that a call names, and one connects to the address that a
 * captured connection wanted to reach.
 */
public final class EgressCluster {
    /** The filter that resolves and the cluster that connects must have the same. */
    public static final DnsCacheConfig ADDRESSES = DnsCacheConfig.newBuilder()
            .setName("kitsune.egress")
            .setDnsLookupFamily(DnsLookupFamily.V4_PREFERRED)
            // The time is below the listener's limit on silence, so that the caller receives the reason.
            .setDnsQueryTimeout(Durations.fromSeconds(2))
            .build();

    private EgressCluster() {}

    static Translated cluster(ClusterName.EgressClusterName name, SnapshotView view) {
        if (view.platform().egress() != Egress.Any) {
            return Clusters.standIn(name);
        }
        // Envoy demands the last two of every such cluster, though this one never speaks TLS by itself: tunnels do.
        HttpProtocolOptions.Builder options = Clusters.always(name.http())
                .setUpstreamHttpProtocolOptions(UpstreamHttpProtocolOptions.newBuilder()
                        .setAutoSni(true)
                        .setAutoSanValidation(true));
        Cluster cluster = Clusters.with(Clusters.base(name), options)
                .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
                .setClusterType(CustomClusterType.newBuilder()
                        .setName("envoy.clusters.dynamic_forward_proxy")
                        .setTypedConfig(Any.pack(ClusterConfig.newBuilder()
                                .setDnsCacheConfig(ADDRESSES)
                                .build())))
                .build();
        return new Translated(cluster, false);
    }

    static Cluster cluster(ClusterName.PassthroughClusterName name) {
        return Clusters.base(name)
                .setType(Cluster.DiscoveryType.ORIGINAL_DST)
                .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
                .build();
    }
}
