package dev.kitsune.xds.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.replica.ReplicaReport.MalformedReportException;
import dev.kitsune.xds.store.AtProxies;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replica sends, seen by a holder that answers when the test wants it. */
class ReplicaReporterTest {
    private static final VirtualEnvironmentName A = new VirtualEnvironmentName("a");
    private static final VirtualEnvironmentName B = new VirtualEnvironmentName("b");
    private static final VirtualEnvironmentName C = new VirtualEnvironmentName("c");
    private static final Instant MINUTE = Instant.parse("2026-11-30T13:10:00Z");

    /** Longer than any test, so that every report has its cause in the test. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final FakeReplica here =
            new FakeReplica("r1").serves(A, 1).serves(B, 1).connected(4);
    private Server server;
    private Replicas replicas;

    private record Received(ReplicaReport report, StreamObserver<Empty> stream) {
        void answer() {
            stream.onNext(Empty.getDefaultInstance());
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder(String.valueOf(ReportMethod.REPORT.getServiceName()))
                        .addMethod(ReportMethod.REPORT, ServerCalls.asyncBidiStreamingCall(this::stream))
                        .build())
                .build()
                .start();
        replicas = new Replicas(
                here,
                new Replicas.Others(
                        new Elsewhere(server.getPort()),
                        Set::of,
                        ReplicaChannels.by(InsecureChannelCredentials.create(), null)),
                ReplicaToken.of("token"),
                (name, at) -> {},
                NEVER);
        replicas.start();
    }

    @AfterEach
    void stop() {
        replicas.close();
        server.shutdownNow();
    }

    private record Elsewhere(int port) implements Holder {
        @Override
        public boolean isThisReplica() {
            return false;
        }

        @Override
        public @Nullable HostAndPort address() {
            return HostAndPort.fromParts("127.0.0.1", port);
        }
    }

    private StreamObserver<StringValue> stream(StreamObserver<Empty> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(StringValue message) {
                try {
                    received.add(new Received(ReplicaReport.read(message), answers));
                } catch (MalformedReportException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a report").isNotNull();
        return next;
    }

    private static List<VirtualEnvironmentName> names(Received received) {
        return received.report().virtualEnvironments().stream()
                .map(ReportedVirtualEnvironment::name)
                .sorted()
                .toList();
    }

    @Test
    void everythingComesFirstAndThenOnlyWhatHasChanged() throws Exception {
        Received whole = next();
        assertThat(whole.report().whole()).isTrue();
        assertThat(whole.report().replica()).isEqualTo("r1");
        assertThat(whole.report().connected()).isEqualTo(4);
        assertThat(names(whole)).containsExactly(A, B);
        whole.answer();

        here.has(B, new AtProxies(2, 1, 0, null));
        replicas.changed(Set.of(B));

        Received change = next();
        assertThat(change.report())
                .isEqualTo(new ReplicaReport(
                        "r1",
                        false,
                        4,
                        List.of(new ReportedVirtualEnvironment(
                                B, new ServedGeneration("uid", 1, 0), new AtProxies(2, 1, 0, null))),
                        Map.of()));
    }

    @Test
    void whatChangesWhileAReportIsOnItsWayBecomesOneReport() throws Exception {
        Received whole = next();
        replicas.changed(Set.of(A));
        here.serves(C, 1);
        replicas.changed(Set.of(C));
        here.serves(C, 2);
        replicas.changed(Set.of(C));
        replicas.holderChanged();
        assertThat(received).isEmpty();

        whole.answer();

        Received change = next();
        assertThat(names(change)).containsExactly(A, C);
        assertThat(change.report().virtualEnvironments())
                .contains(new ReportedVirtualEnvironment(C, new ServedGeneration("uid", 2, 0), null));
        change.answer();
        assertThat(received).isEmpty();
    }

    @Test
    void afterAReconnectEverythingComesAgainWithTheUsesThatWereNotAnswered() throws Exception {
        next().answer();
        replicas.used(A, MINUTE.plusSeconds(7));
        replicas.changed(Set.of(A));
        Received lost = next();
        assertThat(lost.report().uses()).containsExactly(Map.entry(A, MINUTE));
        lost.stream().onError(Status.UNAVAILABLE.asRuntimeException());
        replicas.used(B, MINUTE.plusSeconds(61));

        Received again = awaitReconnect();

        assertThat(again.report().whole()).isTrue();
        assertThat(names(again)).containsExactly(A, B);
        assertThat(again.report().uses()).containsOnly(Map.entry(A, MINUTE), Map.entry(B, MINUTE.plusSeconds(60)));
    }

    /** The end of the stream arrives at some time, and the next beat opens another one. */
    private Received awaitReconnect() throws InterruptedException {
        for (int beat = 0; beat < 200; beat++) {
            replicas.holderChanged();
            Received next = received.poll(100, TimeUnit.MILLISECONDS);
            if (next != null) {
                return next;
            }
        }
        throw new AssertionError("the replica does not report again");
    }
}
