package dev.kitsune.bench.change;

import com.google.protobuf.ProtocolStringList;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A client that subscribes like a sidecar, acknowledges everything, and stores nothing. */
final class Client implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
    private final int number;
    private final AtomicReference<@Nullable ChangeArrival> underWay;
    private final Runnable whenComplete;
    private long expected;
    private @Nullable ClientCallStreamObserver<DeltaDiscoveryRequest> requests;

    /**
     * @param underWay the change that is measured at the moment; null for none
     * @param expected the number of resources after which the client has everything
     */
    Client(int number, AtomicReference<@Nullable ChangeArrival> underWay, long expected, Runnable whenComplete) {
        this.number = number;
        this.underWay = underWay;
        this.expected = expected;
        this.whenComplete = whenComplete;
    }

    /**
     * @param routes the names of routes, to which the client subscribes like an Envoy at a virtual environment's first
     *     use
     */
    void connect(Channel channel, Proxy proxy, List<String> routes) {
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
        Node node = Node.newBuilder()
                .setId("bench-" + number)
                .setMetadata(proxy.metadata())
                .build();
        send(DeltaDiscoveryRequest.newBuilder().setNode(node).setTypeUrl(ResourceType.CLUSTER.typeUrl()));
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.LISTENER.typeUrl()));
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.SCOPED_ROUTE.typeUrl()));
        send(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ResourceType.ROUTE.typeUrl())
                .addAllResourceNamesSubscribe(routes));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> observer) {
        requests = observer;
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        long now = System.nanoTime();
        ChangeArrival arrival = underWay.get();
        if (arrival != null) {
            arrival.received(
                    response.getSerializedSize(), response.getResourcesCount() + response.getRemovedResourcesCount());
            if (names(response, arrival)) {
                arrival.arrived(number, now);
            }
        }
        send(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce()));
        if (expected > 0) {
            expected -= response.getResourcesCount();
            if (expected <= 0) {
                whenComplete.run();
            }
        }
    }

    private static boolean names(DeltaDiscoveryResponse response, ChangeArrival arrival) {
        for (Resource resource : response.getResourcesList()) {
            if (arrival.isMeant(resource.getName())) {
                return true;
            }
        }
        ProtocolStringList removed = response.getRemovedResourcesList();
        return removed.stream().anyMatch(arrival::isMeant);
    }

    private synchronized void send(DeltaDiscoveryRequest.Builder request) {
        if (requests == null) {
            throw new IllegalStateException("not connected");
        }
        requests.onNext(request.build());
    }

    /** An error needs no handling, because the missing change fails the measurement. */
    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
}
