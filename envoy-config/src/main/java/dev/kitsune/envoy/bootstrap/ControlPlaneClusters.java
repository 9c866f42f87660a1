package dev.kitsune.envoy.bootstrap;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.UpstreamCodecs;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import java.util.List;

/** The clusters of the control plane. */
final class ControlPlaneClusters {
    /** The calls of a proxy at one time. More are refused at once. */
    private static final int MOST_CALLS = 1000;

    private ControlPlaneClusters() {}

    /** The cluster of the stream. */
    static Cluster stream(ControlPlaneAddress address) {
        return cluster(WireNames.CONTROL_PLANE, address, List.of()).build();
    }

    /** The cluster of single calls, which name the proxy by its Node. */
    static Cluster calls(String nodeId, ControlPlaneAddress address) {
        UInt32Value most = UInt32Value.of(MOST_CALLS);
        HttpFilter node = HttpFilter.newBuilder()
                .setName("envoy.filters.http.header_mutation")
                .setTypedConfig(Any.pack(namingItself(nodeId)))
                .build();
        return cluster(WireNames.CALLS, address, List.of(node))
                .setCircuitBreakers(CircuitBreakers.newBuilder()
                        .addThresholds(Thresholds.newBuilder()
                                .setMaxPendingRequests(most)
                                .setMaxRequests(most)))
                .build();
    }

    private static io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation namingItself(
            String nodeId) {
        return io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation.newBuilder()
                .setMutations(Mutations.newBuilder()
                        .addRequestMutations(HeaderMutation.newBuilder()
                                .setAppend(HeaderValueOption.newBuilder()
                                        .setHeader(HeaderValue.newBuilder()
                                                .setKey(WireNames.NODE_HEADER)
                                                // A percent sign would begin a command.
                                                .setValue(nodeId.replace("%", "%%")))
                                        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))))
                .build();
    }

    private static HttpProtocolOptions.Builder http2() {
        return HttpProtocolOptions.newBuilder()
                .setExplicitHttpConfig(ExplicitHttpConfig.newBuilder()
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                                // This detects a control plane that vanished without closing the connection.
                                .setConnectionKeepalive(KeepaliveSettings.newBuilder()
                                        .setInterval(Durations.fromSeconds(10))
                                        .setTimeout(Durations.fromSeconds(5)))));
    }

    private static Cluster.Builder cluster(String name, ControlPlaneAddress address, List<HttpFilter> filters) {
        HttpProtocolOptions.Builder options = http2().addAllHttpFilters(filters);
        Cluster.Builder cluster = Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STRICT_DNS)
                .setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
                .setConnectTimeout(Durations.fromSeconds(1))
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(LocalityLbEndpoints.newBuilder()
                                .addLbEndpoints(LbEndpoint.newBuilder()
                                        .setEndpoint(Endpoint.newBuilder()
                                                .setAddress(Addresses.of(address.host(), address.port()))))));
        ControlPlaneTls tls = address.tls();
        if (tls != null) {
            options.addAllHttpFilters(tls.filters());
            cluster.setTransportSocket(tls.socket());
        }
        if (options.getHttpFiltersCount() > 0) {
            options.addHttpFilters(UpstreamCodecs.FILTER);
        }
        return cluster.putTypedExtensionProtocolOptions(
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Any.pack(options.build()));
    }
}
