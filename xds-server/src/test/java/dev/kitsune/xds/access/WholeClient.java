package dev.kitsune.xds.access;

import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of a state-of-the-world stream, which asks for one type. */
final class WholeClient implements StreamObserver<DiscoveryResponse> {
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    WholeClient(Channel channel, Node node, ResourceType type, Collection<String> names) {
        AggregatedDiscoveryServiceGrpc.newStub(channel)
                .streamAggregatedResources(this)
                .onNext(DiscoveryRequest.newBuilder()
                        .setNode(node)
                        .setTypeUrl(type.typeUrl())
                        .addAllResourceNames(names)
                        .build());
    }

    DiscoveryResponse next() throws InterruptedException {
        DiscoveryResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response arrived");
        }
        return response;
    }

    Status end() {
        return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void onNext(DiscoveryResponse response) {
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
}
