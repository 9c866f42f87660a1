package dev.kitsune.envoy.cluster;

import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.ClusterName;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;

/**
 * The cluster of a component version, which all virtual environments of an environment share. Its endpoints arrive by
 * EDS. The clusters that refuse a gRPC client's calls are of the same kind and have no endpoints, because such clients
 * support no other kind.
 */
final class ComponentClusters {
    private ComponentClusters() {}

    static Cluster cluster(ClusterName.ComponentClusterName name) {
        return PeerSocket.with(base(name), name.caller(), name.version().name()).build();
    }

    static Cluster cluster(ClusterName.RefusedClusterName name) {
        return base(name).build();
    }

    private static Cluster.Builder base(ClusterName name) {
        return Clusters.with(Clusters.base(name), Clusters.sameProtocol())
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(EdsClusterConfig.newBuilder().setEdsConfig(Ads.SOURCE));
    }
}
