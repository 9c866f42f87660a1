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
 * Tells the control plane which virtual environments are used. A line holds the virtual environment's name and the
 * time, and nothing else of the request: the entries of Envoy's own log service would bring its path and the addresses
 * of both sides.
 */
final class UseLog {
    /** How often a request or a connection that lasts is reported. */
    static final Duration EVERY = Durations.fromMinutes(1);

    /** Where the script leaves what the log goes by. */
    static final String NAMESPACE = Origins.NAMESPACE;

    /** The virtual environment of a request that is counted. */
    static final String USED = "used";

    /** On the first request of its virtual environment, in its minute, at its worker. */
    static final String FIRST = "first";

    /** {@code OpenTelemetryAccessLogConfig.grpc_service} and {@code log_name}: newer than the Java protos. */
    private static final int GRPC_SERVICE = 9;

    private static final int LOG_NAME = 10;

    /** A control plane that takes reports and does not answer is not waited for. */
    private static final Duration TIMEOUT = Durations.fromSeconds(5);

    private UseLog() {}

    /**
     * Of a listener whose routes have requests counted: the first ones when they end, and those that last while they
     * do.
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

    /** Of connections in one virtual environment. */
    static AccessLog ofConnections(String virtualEnvironment) {
        return log(virtualEnvironment).build();
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
                .setEnvoyGrpc(EnvoyGrpc.newBuilder().setClusterName(WireNames.CONTROL_PLANE))
                .setTimeout(TIMEOUT)
                .build();
        OpenTelemetryAccessLogConfig.Builder config = OpenTelemetryAccessLogConfig.newBuilder()
                // They would name the proxy.
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
