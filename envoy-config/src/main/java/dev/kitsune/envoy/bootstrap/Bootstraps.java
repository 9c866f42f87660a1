package dev.kitsune.envoy.bootstrap;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Addresses;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.DynamicResources;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.bootstrap.v3.CustomInlineHeader;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer.AdminLayer;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.GrpcService.EnvoyGrpc;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RetryPolicy;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.StatsMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Optional;

/**
 * The bootstrap of a gateway or a sidecar. It identifies the proxy and the control plane. Everything else arrives over
 * the stream.
 */
public final class Bootstraps {
    private Bootstraps() {}

    /**
     * The bootstrap of one proxy.
     *
     * @param nodeId names this one Envoy among all
     * @param adminPort on loopback
     * @param authorities file with the certificate authorities that the machine trusts; empty if there is none; then
     *     only adapters with a CA of their own can use TLS
     */
    public static Bootstrap of(
            Proxy proxy, String nodeId, String xdsHost, int xdsPort, int adminPort, Optional<String> authorities) {
        return of(proxy, nodeId, new ControlPlaneAddress(xdsHost, xdsPort, null), adminPort, authorities);
    }

    /** The same for a control plane that may ask who calls. */
    public static Bootstrap of(
            Proxy proxy, String nodeId, ControlPlaneAddress controlPlane, int adminPort, Optional<String> authorities) {
        StaticResources.Builder resources = StaticResources.newBuilder()
                .addClusters(ControlPlaneClusters.stream(controlPlane))
                .addClusters(ControlPlaneClusters.calls(nodeId, controlPlane));
        authorities.ifPresent(file -> resources.addSecrets(SystemAuthorities.secret(file)));
        List<String> inline =
                proxy instanceof Proxy.SidecarProxy sidecar ? sidecar.inlineHeaders() : Proxy.INLINE_HEADERS;
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
                .addAllInlineHeaders(inline.stream().map(Bootstraps::inline).toList())
                .addInlineHeaders(inline(WireNames.SCOPE_HEADER))
                // Envoy finds an inline header at once. For any other header it makes a table of all headers first.
                .addInlineHeaders(inline("baggage"))
                .setLayeredRuntime(runtime())
                .setStatsConfig(StatsConfig.newBuilder().setStatsMatcher(refusalsOfSubscriptions()))
                // Otherwise Envoy flushes all statistics every five seconds, although no sinks are configured.
                .setStatsFlushOnAdmin(true)
                .build();
    }

    /**
     * By default Envoy rejects regular expressions of more than 100 steps, and all routes of the same virtual
     * environment with them. A host of 95 letters is enough. Kitsune limits users' patterns itself, and reports them as
     * problems.
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
     * Envoy keeps two dozen statistics for the routes and for each secret of every virtual environment. Only the
     * rejections are needed. All of them would take a tenth of its memory, and most of a scrape.
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
                                // By default Envoy may wait 15 seconds and more before it tries again.
                                .setRetryPolicy(RetryPolicy.newBuilder()
                                        .setRetryBackOff(BackoffStrategy.newBuilder()
                                                .setBaseInterval(Durations.fromMillis(100))
                                                .setMaxInterval(Durations.fromSeconds(1))))))
                .build();
    }
}
