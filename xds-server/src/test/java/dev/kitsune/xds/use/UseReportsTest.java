package dev.kitsune.xds.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.protocol.Served;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sends reports of uses to the real server, like proxies. */
class UseReportsTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void eachLineIsAUseAtItsArrival() {
        Instant before = Instant.now();
        export(ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(lines("main", "cart-fix"))
                .addResourceLogs(lines("main"))
                .build());
        assertThat(served.uses().stream().map(Served.Use::virtualEnvironment))
                .containsExactly(
                        new VirtualEnvironmentName("main"),
                        new VirtualEnvironmentName("cart-fix"),
                        new VirtualEnvironmentName("main"));
        assertThat(served.uses().stream().map(Served.Use::at))
                .allSatisfy(at -> assertThat(at).isBetween(before, Instant.now().plus(Duration.ofSeconds(1))));
        assertThat(served.meters().counter("kitsune.uses.reported").count()).isEqualTo(3);
    }

    @Test
    void invalidNamesAreIgnored() {
        export(ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(lines("", "-", "Main", "../main", "x".repeat(64), "a b"))
                .addResourceLogs(ResourceLogs.newBuilder()
                        .addScopeLogs(ScopeLogs.newBuilder()
                                .addLogRecords(LogRecord.newBuilder()
                                        .setBody(AnyValue.newBuilder().setIntValue(1)))))
                .addResourceLogs(lines("main"))
                .build());
        assertThat(served.uses().stream().map(Served.Use::virtualEnvironment))
                .containsExactly(new VirtualEnvironmentName("main"));
    }

    @Test
    void aReportThatNoEnvoyWouldSendIsRefused() {
        ExportLogsServiceRequest huge = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(lines("x".repeat(2 << 20)))
                .build();
        assertThatThrownBy(() -> export(huge))
                .satisfies(
                        e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(served.uses()).isEmpty();
    }

    private void export(ExportLogsServiceRequest report) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", served.server().port())
                .usePlaintext()
                .build();
        served.closed((AutoCloseable) channel::shutdownNow);
        LogsServiceGrpc.newBlockingStub(channel).export(report);
    }

    private static ResourceLogs lines(String... bodies) {
        ScopeLogs.Builder scope = ScopeLogs.newBuilder();
        for (String body : bodies) {
            scope.addLogRecords(
                    LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue(body)));
        }
        return ResourceLogs.newBuilder().addScopeLogs(scope).build();
    }
}
