package dev.kitsune.envoy.bootstrap;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.DynamicResources;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.bootstrap.v3.CustomInlineHeader;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer.AdminLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.GrpcService.EnvoyGrpc;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RetryPolicy;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.StatsMatcher;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Optional;

/**
 * The bootstrap of a gateway or a sidecar: who it is, and where its control plane is; all else comes over the stream.
 */
public final class Bootstraps {
    private Bootstraps() {}

    /**
     * The bootstrap of one proxy.
     *
     * @param nodeId names this one Envoy among all
     * @param adminPort on loopback
     * @param authorities file with the certificate authorities that the machine trusts; empty where it has none, and
     *     then no adapter with TLS can be called that brings none of its own
     */
    public static Bootstrap of(
            Proxy proxy, String nodeId, String xdsHost, int xdsPort, int adminPort, Optional<String> authorities) {
        StaticResources.Builder resources = StaticResources.newBuilder().addClusters(controlPlane(xdsHost, xdsPort));
        authorities.ifPresent(file -> resources.addSecrets(SystemAuthorities.secret(file)));
        return Bootstrap.newBuilder()
                .setNode(Node.newBuilder()
                        .setId(nodeId)
                        .setCluster(
                                proxy instanceof Proxy.SidecarProxy sidecar
                                        ? sidecar.component().name().toString()
                                        : "gateway")
                        .setMetadata(proxy.metadata()))
                .setAdmin(Admin.newBuilder().setAddress(Addresses.of("127.0.0.1", adminPort)))
                .setDynamicResources(DynamicResources.newBuilder()
                        .setAdsConfig(stream())
                        .setLdsConfig(Ads.SOURCE)
                        .setCdsConfig(Ads.SOURCE))
                .setStaticResources(resources)
                // Their lines are joined when they come in, so that a doubled context is seen as what it is.
                .addInlineHeaders(inline(Platform.DEFAULT.context().header()))
                .addInlineHeaders(inline(WireNames.SCOPE_HEADER))
                .setLayeredRuntime(runtime())
                .setStatsConfig(StatsConfig.newBuilder().setStatsMatcher(refusalsOfSubscriptions()))
                // Else Envoy goes over all statistics every five seconds, for sinks that nobody configured.
                .setStatsFlushOnAdmin(true)
                .build();
    }

    /**
     * By itself Envoy refuses regular expressions of more than 100 steps, and with one of them all routes of its
     * virtual environment: a host of 95 letters is enough. Kitsune bounds what users write where they see it.
     */
    private static LayeredRuntime runtime() {
        return LayeredRuntime.newBuilder()
                .addLayers(RuntimeLayer.newBuilder()
                        .setName("kitsune")
                        .setStaticLayer(Struct.newBuilder()
                                .putFields(
                                        "re2.max_program_size.error_level",
                                        Value.newBuilder()
                                                .setNumberValue(WireNames.LARGEST_REGEX_PROGRAM)
                                                .build())))
                .addLayers(RuntimeLayer.newBuilder().setName("admin").setAdminLayer(AdminLayer.getDefaultInstance()))
                .build();
    }

    /**
     * Of the statistics that Envoy keeps for the routes and for each secret of every virtual environment, what it
     * refused is enough: all two dozen would be a tenth of its memory, and most of what a scrape returns.
     */
    private static StatsMatcher refusalsOfSubscriptions() {
        StringMatcher others = StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder()
                        .setRegex("(http\\.[a-z]+\\.rds|sds)\\..*\\."
                                + "(config_reload|config_reload_time_ms|init_fetch_timeout|key_rotation_failed|version|version_text"
                                + "|update_(attempt|duration|empty|failure|success|time))"))
                .build();
        return StatsMatcher.newBuilder()
                .setExclusionList(ListStringMatcher.newBuilder().addPatterns(others))
                .build();
    }

    private static CustomInlineHeader inline(String header) {
        return CustomInlineHeader.newBuilder()
                .setInlineHeaderName(header)
                .setInlineHeaderType(CustomInlineHeader.InlineHeaderType.REQUEST_HEADER)
                .build();
    }

    private static ApiConfigSource stream() {
        return ApiConfigSource.newBuilder()
                .setApiType(ApiType.DELTA_GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .setSetNodeOnFirstMessageOnly(true)
                .addGrpcServices(GrpcService.newBuilder()
                        .setEnvoyGrpc(EnvoyGrpc.newBuilder()
                                .setClusterName(WireNames.CONTROL_PLANE)
                                // By itself Envoy may wait 15 seconds and more before it tries again.
                                .setRetryPolicy(RetryPolicy.newBuilder()
                                        .setRetryBackOff(BackoffStrategy.newBuilder()
                                                .setBaseInterval(Durations.fromMillis(100))
                                                .setMaxInterval(Durations.fromSeconds(1))))))
                .build();
    }

    private static Cluster controlPlane(String host, int port) {
        return Cluster.newBuilder()
                .setName(WireNames.CONTROL_PLANE)
                .setType(Cluster.DiscoveryType.STRICT_DNS)
                .setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
                .setConnectTimeout(Durations.fromSeconds(1))
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(WireNames.CONTROL_PLANE)
                        .addEndpoints(LocalityLbEndpoints.newBuilder()
                                .addLbEndpoints(LbEndpoint.newBuilder()
                                        .setEndpoint(Endpoint.newBuilder().setAddress(Addresses.of(host, port))))))
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                        Any.pack(HttpProtocolOptions.newBuilder()
                                .setExplicitHttpConfig(ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                                                // A control plane that vanished without a word is noticed.
                                                .setConnectionKeepalive(KeepaliveSettings.newBuilder()
                                                        .setInterval(Durations.fromSeconds(10))
                                                        .setTimeout(Durations.fromSeconds(5)))))
                                .build()))
                .build();
    }
}
