package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.AndFilter;
import io.envoyproxy.envoy.config.accesslog.v3.LogTypeFilter;
import io.envoyproxy.envoy.config.accesslog.v3.MetadataFilter;
import io.envoyproxy.envoy.config.accesslog.v3.OrFilter;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.GrpcService.EnvoyGrpc;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogType;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.opentelemetry.proto.common.v1.AnyValue;

/**
 * Reports to the control plane which virtual environments are used. A line holds only the virtual environment's name
 * and the time. The entries of Envoy's own log service would include the path and the addresses of both sides.
 */
final class UseLog {
    /** The interval of reports for a long request or connection. */
    static final Duration EVERY = Durations.fromMinutes(1);

    /** The namespace of the metadata that the script writes and the log reads. */
    static final String NAMESPACE = Origins.NAMESPACE;

    /** The virtual environment of a counted request. */
    static final String USED = "used";

    /** Marks the first request of a virtual environment, minute and worker. */
    static final String FIRST = "first";

    /** {@code OpenTelemetryAccessLogConfig.grpc_service} and {@code log_name}: newer than the Java protos. */
    private static final int GRPC_SERVICE = 9;

    private static final int LOG_NAME = 10;

    /** Envoy does not wait longer for a control plane that accepts reports and does not answer. */
    private static final Duration TIMEOUT = Durations.fromSeconds(5);

    private UseLog() {}

    /**
     * Returns the log of a listener with counted routes. It reports the first requests when they end, and long requests
     * while they last.
     */
    static AccessLog ofRequests() {
        AccessLogFilter lasting = AccessLogFilter.newBuilder()
                .setAndFilter(AndFilter.newBuilder()
                        .addFilters(AccessLogFilter.newBuilder()
                                .setLogTypeFilter(
                                        LogTypeFilter.newBuilder().addTypes(AccessLogType.DownstreamPeriodic)))
                        .addFilters(has(USED)))
                .build();
        return log("%DYNAMIC_METADATA(" + NAMESPACE + ":" + USED + ")%")
                .setFilter(AccessLogFilter.newBuilder()
                        .setOrFilter(
                                OrFilter.newBuilder().addFilters(has(FIRST)).addFilters(lasting)))
                .build();
    }

    /** Returns the log of connections in one virtual environment. */
    static AccessLog ofConnections(VirtualEnvironmentName virtualEnvironment) {
        return log(virtualEnvironment.value()).build();
    }

    private static AccessLogFilter has(String key) {
        return AccessLogFilter.newBuilder()
                .setMetadataFilter(MetadataFilter.newBuilder()
                        .setMatcher(MetadataMatcher.newBuilder()
                                .setFilter(NAMESPACE)
                                .addPath(PathSegment.newBuilder().setKey(key))
                                .setValue(ValueMatcher.newBuilder().setPresentMatch(true)))
                        .setMatchIfKeyNotFound(BoolValue.of(false)))
                .build();
    }

    private static AccessLog.Builder log(String body) {
        GrpcService controlPlane = GrpcService.newBuilder()
                .setEnvoyGrpc(EnvoyGrpc.newBuilder().setClusterName(WireNames.CALLS))
                .setTimeout(TIMEOUT)
                .build();
        OpenTelemetryAccessLogConfig.Builder config = OpenTelemetryAccessLogConfig.newBuilder()
                // The header of the call names the proxy.
                .setDisableBuiltinLabels(true)
                .setBody(AnyValue.newBuilder().setStringValue(body))
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                GRPC_SERVICE,
                                Field.newBuilder()
                                        .addLengthDelimited(controlPlane.toByteString())
                                        .build())
                        .addField(
                                LOG_NAME,
                                Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("use"))
                                        .build())
                        .build());
        return AccessLog.newBuilder()
                .setName("envoy.access_loggers.open_telemetry")
                .setTypedConfig(Any.pack(config.build()));
    }
}
