package dev.kitsune.xds.replica;

import com.google.common.net.HostAndPort;
import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Map;

/**
 * One stream to one holder. At most one report is on its way, so that a slow holder gets fewer and larger ones. Used by
 * one thread, but for the events.
 */
final class ReportStream {
    private final HostAndPort address;
    private final ManagedChannel channel;
    private final StreamObserver<StringValue> reports;
    private boolean whole = true;
    private boolean waiting;
    private Map<VirtualEnvironmentName, Instant> unanswered = Map.of();

    /** Learns what happens to a stream, on any thread. */
    interface Events {
        void answered();

        void ended(Status status);
    }

    ReportStream(HostAndPort address, ManagedChannel channel, ReplicaToken token, Events events) {
        this.address = address;
        this.channel = channel;
        this.reports = ClientCalls.asyncBidiStreamingCall(
                token.shownOn(channel).newCall(ReportMethod.REPORT, CallOptions.DEFAULT), new Answers(events));
    }

    HostAndPort address() {
        return address;
    }

    /** Whether the last report has not been answered. */
    boolean isWaiting() {
        return waiting;
    }

    /** Whether the holder does not know anything from this stream yet. */
    boolean needsWhole() {
        return whole;
    }

    void send(ReplicaReport report) {
        whole = false;
        waiting = true;
        unanswered = report.uses();
        reports.onNext(report.message());
    }

    /** The report on its way counts. */
    void answered() {
        waiting = false;
        unanswered = Map.of();
    }

    /** Returns the uses that the holder may not have got. */
    Map<VirtualEnvironmentName, Instant> close() {
        channel.shutdownNow();
        return unanswered;
    }

    private static final class Answers implements StreamObserver<Empty> {
        private final Events events;

        Answers(Events events) {
            this.events = events;
        }

        @Override
        public void onNext(Empty answer) {
            events.answered();
        }

        @Override
        public void onError(Throwable error) {
            events.ended(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            events.ended(Status.OK);
        }
    }
}
