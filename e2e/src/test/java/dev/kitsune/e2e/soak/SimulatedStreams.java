package dev.kitsune.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.xds.ReturningClient;
import dev.kitsune.envoy.Proxy;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Streams of sidecars that show a token. Half of them come and go. */
final class SimulatedStreams implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Path credentials;
    private final int port;
    private final List<ReturningClient> clients;

    /** One for each client. */
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** {@code credentials}: the folder that {@code kitsune token --proxy} has written */
    SimulatedStreams(Path credentials, int port, Proxy proxy, int count) throws IOException {
        this.credentials = credentials;
        this.port = port;
        this.clients = IntStream.range(0, count)
                .mapToObj(i -> new ReturningClient("simulated-" + i, proxy))
                .toList();
        for (ReturningClient client : clients) {
            channels.add(connected(client));
        }
    }

    private NettyChannelBuilder builder() throws IOException {
        return NettyChannelBuilder.forAddress(
                        "127.0.0.1",
                        port,
                        TlsChannelCredentials.newBuilder()
                                .trustManager(credentials.resolve("ca.crt").toFile())
                                .build())
                .overrideAuthority("localhost");
    }

    private ManagedChannel connected(ReturningClient client) throws IOException {
        Metadata shown = new Metadata();
        shown.put(
                TOKEN,
                "Bearer " + Files.readString(credentials.resolve("token")).strip());
        ManagedChannel channel = builder()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(shown))
                .build();
        client.connect(channel);
        return channel;
    }

    /** Ends each second stream, and opens it again. */
    void dropAndReturn() throws IOException {
        for (int i = 0; i < clients.size(); i += 2) {
            ReturningClient client = clients.get(i);
            channels.get(i).shutdownNow();
            await().atMost(PATIENCE).until(() -> !client.isConnected());
            channels.set(i, connected(client));
        }
        await().atMost(PATIENCE).until(() -> clients.stream().allMatch(ReturningClient::isConnected));
    }

    /** Waits until all have the routes with this number. */
    void awaitSeen(int marker) {
        await().atMost(PATIENCE).until(() -> clients.stream().allMatch(client -> client.seen() >= marker));
    }

    /** Opens a stream without a token. */
    void refused() throws Exception {
        ManagedChannel channel = builder().build();
        CompletableFuture<Status> end = new CompletableFuture<>();
        AggregatedDiscoveryServiceGrpc.newStub(channel)
                .deltaAggregatedResources(new StreamObserver<>() {
                    @Override
                    public void onNext(DeltaDiscoveryResponse response) {
                        end.complete(Status.OK);
                    }

                    @Override
                    public void onError(Throwable error) {
                        end.complete(Status.fromThrowable(error));
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(Status.OK);
                    }
                })
                .onNext(DeltaDiscoveryRequest.getDefaultInstance());
        assertThat(end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        channel.shutdownNow();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
