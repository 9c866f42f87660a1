package dev.kitsune.bench.change;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ProtocolStringList;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.load.LoadMethod;
import dev.kitsune.xds.node.CallingNode;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A client that subscribes like a sidecar, acknowledges everything, and stores only the names of its routes. */
final class Client implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
    private final int number;
    private final AtomicReference<@Nullable ChangeArrival> underWay;
    private final LongAdder received;
    private final Runnable whenComplete;
    private long expected;
    private final Set<String> routes = new HashSet<>();
    private Runnable load = () -> {};
    private @Nullable ClientCallStreamObserver<DeltaDiscoveryRequest> requests;

    /**
     * @param underWay the change that is measured at the moment; null for none
     * @param received counts the bytes of all responses
     * @param expected the number of resources after which the client has everything
     */
    Client(
            int number,
            AtomicReference<@Nullable ChangeArrival> underWay,
            LongAdder received,
            long expected,
            Runnable whenComplete) {
        this.number = number;
        this.underWay = underWay;
        this.received = received;
        this.expected = expected;
        this.whenComplete = whenComplete;
    }

    /** @param virtualEnvironments the names of those that the client loads */
    @SuppressWarnings("FutureReturnValueIgnored") // What is not loaded never arrives, and fails the measurement.
    void connect(Channel channel, Proxy proxy, List<String> virtualEnvironments) {
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
        String id = "bench-" + number;
        Node node = Node.newBuilder().setId(id).setMetadata(proxy.metadata()).build();
        send(DeltaDiscoveryRequest.newBuilder().setNode(node).setTypeUrl(ResourceType.CLUSTER.typeUrl()));
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.SCOPED_ROUTE.typeUrl()));
        Channel calls = ClientInterceptors.intercept(channel, CallingNode.as(id));
        load = () -> virtualEnvironments.forEach(name ->
                ClientCalls.futureUnaryCall(calls.newCall(LoadMethod.LOAD, CallOptions.DEFAULT), StringValue.of(name)));
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.LISTENER.typeUrl()));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> observer) {
        requests = observer;
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        long now = System.nanoTime();
        received.add(response.getSerializedSize());
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
        subscribe(response);
        if (response.getTypeUrl().equals(ResourceType.LISTENER.typeUrl())) {
            // Like an Envoy, which has requests only when it has its listeners.
            load.run();
            load = () -> {};
        }
        if (expected > 0) {
            expected -= response.getResourcesCount();
            if (expected <= 0) {
                whenComplete.run();
            }
        }
    }

    /** Subscribes to the routes of new scopes, as an Envoy does. */
    private void subscribe(DeltaDiscoveryResponse response) {
        List<String> unknown = new ArrayList<>();
        for (Resource resource : response.getResourcesList()) {
            if (resource.getResource().is(ScopedRouteConfiguration.class)) {
                String name = scope(resource).getRouteConfigurationName();
                if (routes.add(name)) {
                    unknown.add(name);
                }
            }
        }
        if (!unknown.isEmpty()) {
            send(DeltaDiscoveryRequest.newBuilder()
                    .setTypeUrl(ResourceType.ROUTE.typeUrl())
                    .addAllResourceNamesSubscribe(unknown));
        }
    }

    private static ScopedRouteConfiguration scope(Resource resource) {
        try {
            return resource.getResource().unpack(ScopedRouteConfiguration.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a scope is not well formed", e);
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
