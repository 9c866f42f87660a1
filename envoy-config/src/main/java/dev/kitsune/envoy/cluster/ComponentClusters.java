package dev.kitsune.envoy.cluster;

import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.ClusterName;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;

/**
 * One cluster for a component version, shared by all virtual environments of an environment; its endpoints come and go
 * by EDS. One for each refusal of a gRPC client's calls is the same, and has none: such clients know no other sort.
 */
final class ComponentClusters {
    private ComponentClusters() {}

    static Cluster cluster(ClusterName name) {
        return Clusters.with(Clusters.base(name), Clusters.sameProtocol())
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(EdsClusterConfig.newBuilder().setEdsConfig(Ads.SOURCE))
                .build();
    }
}
