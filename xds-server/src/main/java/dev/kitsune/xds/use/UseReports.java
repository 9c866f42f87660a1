package dev.kitsune.xds.use;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.node.CallingNode;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceImplBase;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes the lines of the proxies' access logs, each of them the name of a virtual environment that was used. The time
 * of arrival counts, because the clocks of proxies may differ. Other lines are ignored silently, because any client of
 * the port can send them.
 */
public final class UseReports extends LogsServiceImplBase {
    /** An Envoy sends its collected lines when they reach 16 KB. */
    private static final int MAX_REPORT_BYTES = 1 << 20;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final Uses uses;
    private final ProxyUses byProxy;
    private final InstantSource clock;
    private final Counter reported;

    public UseReports(Uses uses, ProxyUses byProxy, InstantSource clock, MeterRegistry meters) {
        this.uses = uses;
        this.byProxy = byProxy;
        this.clock = clock;
        this.reported = Counter.builder("kitsune.uses.reported")
                .description("Reports of proxies that a virtual environment is used")
                .register(meters);
    }

    @Override
    public void export(ExportLogsServiceRequest report, StreamObserver<ExportLogsServiceResponse> answer) {
        if (report.getSerializedSize() > MAX_REPORT_BYTES) {
            answer.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("a report of more than " + MAX_REPORT_BYTES + " bytes")
                    .asRuntimeException());
            return;
        }
        Instant now = clock.instant();
        Set<VirtualEnvironmentName> used = new HashSet<>();
        for (ResourceLogs resource : report.getResourceLogsList()) {
            for (ScopeLogs scope : resource.getScopeLogsList()) {
                scope.getLogRecordsList().forEach(line -> take(line, now, used));
            }
        }
        if (!used.isEmpty()) {
            byProxy.used(CallingNode.id(), used);
        }
        answer.onNext(ExportLogsServiceResponse.getDefaultInstance());
        answer.onCompleted();
    }

    private void take(LogRecord line, Instant now, Set<VirtualEnvironmentName> used) {
        String virtualEnvironment = line.getBody().getStringValue();
        if (NAME.matcher(virtualEnvironment).matches()) {
            reported.increment();
            VirtualEnvironmentName name = new VirtualEnvironmentName(virtualEnvironment);
            uses.used(name, now);
            used.add(name);
        }
    }
}
