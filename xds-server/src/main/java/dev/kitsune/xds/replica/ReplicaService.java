package dev.kitsune.xds.replica;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.kitsune.xds.replica.ReplicaReport.MalformedReportException;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the reports of other replicas while this one is the holder. */
final class ReplicaService implements BindableService, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicaService.class);

    private final Holder holder;
    private final ReportTaker taker;
    private final Set<ReplicaCallStream<Empty>> open = ConcurrentHashMap.newKeySet();

    /** Takes a report that counts. */
    @FunctionalInterface
    interface ReportTaker {
        void take(ReplicaReport report);
    }

    ReplicaService(Holder holder, ReportTaker taker) {
        this.holder = holder;
        this.taker = taker;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(String.valueOf(ReportMethod.REPORT.getServiceName()))
                .addMethod(ReportMethod.REPORT, ServerCalls.asyncBidiStreamingCall(Reports::new))
                .build();
    }

    /** Ends the streams, so that the other replicas look for another holder at once. */
    @Override
    public void close() {
        open.forEach(ReplicaCallStream::close);
    }

    /** The reports of one stream. */
    private final class Reports extends ReplicaCallStream<Empty> {
        Reports(StreamObserver<Empty> answers) {
            super(answers, open);
        }

        @Override
        public synchronized void onNext(StringValue message) {
            if (hasEnded()) {
                return;
            }
            try {
                taker.take(read(message));
                answer(Empty.getDefaultInstance());
            } catch (StatusException e) {
                end(e.getStatus());
            }
        }

        private ReplicaReport read(StringValue message) throws StatusException {
            if (!holder.isThisReplica()) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("this replica does not hold the lease; report to the one that does")
                        .asException();
            }
            try {
                return ReplicaReport.read(message);
            } catch (MalformedReportException e) {
                log.warn("{}", e.getMessage());
                throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException();
            }
        }
    }
}
