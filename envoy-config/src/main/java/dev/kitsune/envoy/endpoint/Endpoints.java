package dev.kitsune.envoy.endpoint;

import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;

/** The endpoints of a component version for one environment. Without workloads, the assignment is empty. */
public final class Endpoints {
    private Endpoints() {}

    public static ClusterLoadAssignment assignment(ClusterName.ComponentClusterName name, SnapshotView view) {
        return assignment(name, name.environment(), name.version(), view);
    }

    public static ClusterLoadAssignment assignment(ClusterName.MirrorClusterName name, SnapshotView view) {
        return assignment(name, name.environment(), name.version(), view);
    }

    private static ClusterLoadAssignment assignment(
            ClusterName name, String environment, ComponentVersion version, SnapshotView view) {
        // gRPC clients ignore endpoints without a weight. Some reject endpoints without a locality, and duplicate
        // addresses.
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder()
                .setLocality(Locality.getDefaultInstance())
                .setLoadBalancingWeight(UInt32Value.of(1));
        view.workloads(version).stream()
                .filter(workload -> workload.actsFor(environment))
                .flatMap(workload -> workload.endpoints().stream())
                .distinct()
                .forEach(e -> locality.addLbEndpoints(endpoint(e.address(), e.port())));
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(name.toString());
        return locality.getLbEndpointsCount() == 0
                ? assignment.build()
                : assignment.addEndpoints(locality).build();
    }

    /** Returns the empty assignment of a cluster that refuses calls. */
    public static ClusterLoadAssignment none(ClusterName name) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(name.toString())
                .build();
    }

    private static LbEndpoint endpoint(String address, int port) {
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(Addresses.of(address, port)))
                .build();
    }
}
