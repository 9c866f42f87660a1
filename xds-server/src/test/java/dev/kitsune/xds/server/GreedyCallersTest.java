package dev.kitsune.xds.server;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.kitsune.xds.identity.Caller;
import dev.kitsune.xds.identity.CallerStanding;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.identity.ProxyRights.GatewayRights;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureServerCredentials;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller who takes more than his share is refused, and all other callers are served as before. */
class GreedyCallersTest {
    private static final int MOST_STREAMS = 32;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ResourceStore store = new ResourceStore(new MeshResources(), meters);
    private final Mesh mesh = new Mesh();
    private final XdsServer server = new XdsServer(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            (virtualEnvironment, at) -> {},
            name -> false,
            meters,
            Peers.NONE,
            // The token is the caller's name.
            new PortAccess(
                    credentials -> CompletableFuture.completedFuture(new Caller.Identified(
                            String.valueOf(credentials.token()), new GatewayRights(), new CallerStanding())),
                    InsecureServerCredentials.create()));
    private final List<ManagedChannel> channels = new ArrayList<>();

    @BeforeEach
    void start() throws ListenException {
        server.start();
        mesh.virtualEnvironment("a").publishTo(store);
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
    }

    private Channel channel(String caller) {
        ManagedChannel channel = DeltaClient.connect(server.port());
        channels.add(channel);
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, caller);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static DeltaClient client(Channel channel) {
        return new DeltaClient(channel, DeltaClient.node("any", DeltaClient.GATEWAY));
    }

    /** Returns a client that has got what there is. */
    private DeltaClient served(Channel channel) {
        DeltaClient client = client(channel).subscribe(CLUSTER, "a");
        assertThat(DeltaClient.names(client.nextAcked())).containsExactly("a");
        return client;
    }

    private void assertGetsChanges(DeltaClient client) {
        mesh.virtualEnvironment("a", "cluster", "2").publishTo(store);
        assertThat(DeltaClient.names(client.nextAcked())).containsExactly("a");
    }

    private void assertIsServed(String caller) {
        Awaitility.await().untilAsserted(() -> served(channel(caller)));
    }

    @Test
    void streams() {
        DeltaClient other = served(channel("modest"));
        Channel greedy = channel("greedy");
        Channel second = channel("greedy");
        List<DeltaClient> open = IntStream.range(0, MOST_STREAMS)
                .mapToObj(i -> served(i % 2 == 0 ? greedy : second))
                .toList();

        Status refusal = client(second).subscribe(CLUSTER, "a").end();

        assertThat(refusal.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refusal.getDescription()).contains("at most 32 streams at once");
        assertGetsChanges(other);
        assertThat(DeltaClient.names(open.get(0).next())).containsExactly("a");
        open.get(0).close();
        assertIsServed("greedy");
    }

    @Test
    void namesOfSeveralStreamsTogether() {
        DeltaClient other = served(channel("modest"));
        Channel greedy = channel("greedy");
        String longName = "unknown" + "x".repeat(2_000);
        List<DeltaClient> streams =
                Stream.generate(() -> client(greedy)).limit(8).toList();

        for (int i = 0; i < 8; i++) {
            int from = i * 10_000;
            streams.get(i)
                    .subscribe(
                            ROUTE,
                            IntStream.range(from, from + 10_000)
                                    .mapToObj(number -> longName + number)
                                    .toArray(String[]::new));
        }

        Awaitility.await().until(() -> streams.stream().anyMatch(DeltaClient::hasEnded));
        assertThat(streams.stream()
                        .filter(DeltaClient::hasEnded)
                        .findFirst()
                        .orElseThrow()
                        .end()
                        .getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertGetsChanges(other);
        streams.forEach(DeltaClient::close);
        assertIsServed("greedy");
    }

    @Test
    void messagesThatAreOnTheirWay() throws InterruptedException {
        DeltaClient other = served(channel("modest"));
        Channel greedy = channel("greedy");
        DeltaClient small = served(greedy);
        CountDownLatch rest = new CountDownLatch(1);
        List<HalfSentCall> calls =
                Stream.generate(() -> HalfSentCall.start(greedy, rest)).limit(4).toList();
        AtomicInteger name = new AtomicInteger();

        Awaitility.await().until(() -> {
            // gRPC sends what a call has queued together with the next whole message of the connection.
            small.subscribe(CLUSTER, "small" + name.incrementAndGet());
            return calls.stream().anyMatch(HalfSentCall::isRefused);
        });

        assertGetsChanges(other);
        rest.countDown();
        for (HalfSentCall call : calls) {
            call.cancel();
        }
        small.close();
        assertIsServed("greedy");
    }

    /** A call whose message of 30 MiB stops after 20 MiB. */
    private record HalfSentCall(
            ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call,
            CompletableFuture<Status> end,
            Thread sender) {
        static HalfSentCall start(Channel channel, CountDownLatch rest) {
            ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call = channel.newCall(
                    AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod().toBuilder(
                                    new Halves(rest),
                                    AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod()
                                            .getResponseMarshaller())
                            .build(),
                    CallOptions.DEFAULT);
            CompletableFuture<Status> end = new CompletableFuture<>();
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            Thread sender = new Thread(() -> call.sendMessage(DeltaDiscoveryRequest.getDefaultInstance()));
            sender.start();
            return new HalfSentCall(call, end, sender);
        }

        boolean isRefused() {
            Status status = end.getNow(Status.OK);
            return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                    && String.valueOf(status.getDescription()).contains("messages that have not arrived completely");
        }

        void cancel() throws InterruptedException {
            sender.join();
            call.cancel("the test is over", null);
        }
    }

    /** Writes messages that stop in the middle. */
    private record Halves(CountDownLatch rest) implements MethodDescriptor.Marshaller<DeltaDiscoveryRequest> {
        @Override
        public InputStream stream(DeltaDiscoveryRequest request) {
            return new HalfStream(rest);
        }

        @Override
        public DeltaDiscoveryRequest parse(InputStream stream) {
            throw new IllegalStateException("only a server parses requests");
        }
    }

    /** Says that it has 30 MiB, and waits after 20 MiB. */
    private static final class HalfStream extends InputStream implements KnownLength {
        private static final int HALF = 20 << 20;

        private final CountDownLatch rest;
        private int left = 30 << 20;
        private int untilHalf = HALF;

        HalfStream(CountDownLatch rest) {
            this.rest = rest;
        }

        @Override
        public int available() {
            return left;
        }

        @Override
        public int read() {
            return read(new byte[1], 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            if (untilHalf == 0) {
                Uninterruptibles.awaitUninterruptibly(rest);
                untilHalf = left;
            }
            int count = Math.min(length, untilHalf);
            left -= count;
            untilHalf -= count;
            return count;
        }
    }
}
