package dev.kitsune.envoy.endpoint;

import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;

/** Where a component version runs, for one kind of environment. Nowhere is an answer too: an empty assignment. */
public final class Endpoints {
    private Endpoints() {}

    public static ClusterLoadAssignment assignment(ClusterName.Component name, SnapshotView view) {
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
        view.workloads(name.version()).stream()
                .filter(workload -> workload.actsFor(name.kindOfEnvironment()))
                .map(ResolvedWorkload::endpoints)
                .forEach(endpoints -> endpoints.forEach(e -> locality.addLbEndpoints(endpoint(e.address(), e.port()))));
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(name.toString());
        return locality.getLbEndpointsCount() == 0
                ? assignment.build()
                : assignment.addEndpoints(locality).build();
    }

    private static LbEndpoint endpoint(String address, int port) {
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(Addresses.of(address, port)))
                .build();
    }
}
