package dev.kitsune.e2e.kube;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A delta stream of whoever has a token, who can send what he likes. */
final class PodStream implements StreamObserver<DeltaDiscoveryResponse>, AutoCloseable {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final long PATIENCE_SECONDS = 30;

    private final ManagedChannel channel;
    private final StreamObserver<DeltaDiscoveryRequest> requests;
    private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    /** {@code token}: null for none */
    PodStream(ClusterAuthority authority, int xdsPort, @Nullable String token, String id, Proxy described)
            throws Exception {
        Metadata headers = new Metadata();
        if (token != null) {
            headers.put(HEADER, token);
        }
        channel = authority.connect(xdsPort);
        requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .deltaAggregatedResources(this);
        requests.onNext(DeltaDiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId(id).setMetadata(described.metadata()))
                .setTypeUrl(ResourceType.LISTENER.typeUrl())
                .build());
    }

    /** Asks for resources by their names, and returns the answer. */
    DeltaDiscoveryResponse ask(ResourceType type, String... names) throws InterruptedException {
        requests.onNext(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(type.typeUrl())
                .addAllResourceNamesSubscribe(List.of(names))
                .build());
        return answer(type);
    }

    /** Returns the next answer of a type, after the others. */
    DeltaDiscoveryResponse answer(ResourceType type) throws InterruptedException {
        while (true) {
            DeltaDiscoveryResponse next = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no answer; the end is " + end.getNow(null));
            }
            requests.onNext(DeltaDiscoveryRequest.newBuilder()
                    .setTypeUrl(next.getTypeUrl())
                    .setResponseNonce(next.getNonce())
                    .build());
            if (next.getTypeUrl().equals(type.typeUrl())) {
                return next;
            }
        }
    }

    /** Returns the names of the listeners that it gets. */
    List<String> listeners() throws InterruptedException {
        return answer(ResourceType.LISTENER).getResourcesList().stream()
                .map(Resource::getName)
                .toList();
    }

    boolean hasAnswer() {
        return !responses.isEmpty();
    }

    boolean isOpen() {
        return !end.isDone();
    }

    /** Waits until it ends from the other side. */
    Status end() throws Exception {
        return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        responses.add(response);
    }

    @Override
    public void onError(Throwable error) {
        end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
