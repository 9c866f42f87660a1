package dev.kitsune.xds.protocol;

import com.google.rpc.Status;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of delta ADS that behaves like an Envoy, sends one message at a time, and waits for responses. */
public final class DeltaClient implements AutoCloseable {
    public static final Proxy GATEWAY = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.EAGER);
    private static final String FENCE = "type.googleapis.com/test.Fence";
    private static final long PATIENCE_SECONDS = 20;

    private final @Nullable ManagedChannel own;
    private final Call call = new Call();
    private @Nullable Node node;
    private int fences;

    /** Opens a stream on a shared connection, which stays open when the stream is closed. */
    public DeltaClient(Channel channel, Node node) {
        this(channel, node, null);
    }

    private DeltaClient(Channel channel, Node node, @Nullable ManagedChannel own) {
        this.node = node;
        this.own = own;
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(call);
    }

    private DeltaClient(ManagedChannel channel, Node node, boolean owned) {
        this(channel, node, owned ? channel : null);
    }

    /** Opens a stream on its own connection. */
    public DeltaClient(int port, Node node) {
        this(connect(port), node, true);
    }

    public static ManagedChannel connect(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    public DeltaClient(int port) {
        this(port, node("test", GATEWAY));
    }

    public static Node node(String id, Proxy proxy) {
        return Node.newBuilder().setId(id).setMetadata(proxy.metadata()).build();
    }

    /** Sends a request, and adds the Node to the first one. */
    public DeltaClient send(DeltaDiscoveryRequest.Builder request) {
        if (node != null) {
            request.setNode(node);
            node = null;
        }
        call.requests().onNext(request.build());
        return this;
    }

    public static DeltaDiscoveryRequest.Builder request(ResourceType type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
    }

    public DeltaClient subscribe(ResourceType type, String... names) {
        return send(request(type).addAllResourceNamesSubscribe(List.of(names)));
    }

    public DeltaClient unsubscribe(ResourceType type, String... names) {
        return send(request(type).addAllResourceNamesUnsubscribe(List.of(names)));
    }

    /** Subscribes like a client that was connected before. */
    public DeltaClient resume(ResourceType type, Map<String, String> versions, String... names) {
        return send(request(type).putAllInitialResourceVersions(versions).addAllResourceNamesSubscribe(List.of(names)));
    }

    public DeltaClient ack(DeltaDiscoveryResponse response) {
        return send(answer(response));
    }

    public DeltaClient nack(DeltaDiscoveryResponse response, String message) {
        return send(
                answer(response).setErrorDetail(Status.newBuilder().setCode(13).setMessage(message)));
    }

    private static DeltaDiscoveryRequest.Builder answer(DeltaDiscoveryResponse response) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce());
    }

    /** Returns the next response, and fails if there is none. */
    public DeltaDiscoveryResponse next() {
        try {
            DeltaDiscoveryResponse response = call.responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response arrived");
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Returns the next response after acknowledging it. */
    public DeltaDiscoveryResponse nextAcked() {
        DeltaDiscoveryResponse response = next();
        ack(response);
        return response;
    }

    /**
     * Returns all responses that the server sends before it answers a new request. They are all responses to earlier
     * events.
     */
    public List<DeltaDiscoveryResponse> untilNow() {
        String fence = "fence" + ++fences;
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(FENCE).addResourceNamesSubscribe(fence));
        List<DeltaDiscoveryResponse> before = new ArrayList<>();
        for (DeltaDiscoveryResponse response = next();
                !response.getRemovedResourcesList().contains(fence);
                response = next()) {
            before.add(response);
        }
        return before;
    }

    /** Returns the status with which the server ended the stream. */
    public io.grpc.Status end() {
        return call.end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Whether the server has ended the stream. */
    public boolean hasEnded() {
        return call.end.isDone();
    }

    public static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }

    public static ResourceType type(DeltaDiscoveryResponse response) {
        return ResourceType.ofTypeUrl(response.getTypeUrl()).orElseThrow();
    }

    @Override
    public void close() {
        call.requests().cancel("closed by the test", null);
        if (own != null) {
            own.shutdownNow();
        }
    }

    private static final class Call implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
        private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final CompletableFuture<io.grpc.Status> end = new CompletableFuture<>();
        private @Nullable ClientCallStreamObserver<DeltaDiscoveryRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> observer) {
            requests = observer;
        }

        ClientCallStreamObserver<DeltaDiscoveryRequest> requests() {
            if (requests == null) {
                throw new IllegalStateException("not started");
            }
            return requests;
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(io.grpc.Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(io.grpc.Status.OK);
        }
    }
}
