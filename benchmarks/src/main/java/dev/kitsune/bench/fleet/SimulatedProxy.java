package dev.kitsune.bench.fleet;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of the control plane's streams in the same process. It subscribes like an Envoy, acknowledges everything, and
 * keeps nothing, so that the heap holds only what the control plane stores for it.
 */
final class SimulatedProxy extends ServerCallStreamObserver<DeltaDiscoveryResponse> {
    private final String id;
    private @Nullable StreamObserver<DeltaDiscoveryRequest> requests;
    private int resources;

    SimulatedProxy(String id) {
        this.id = id;
    }

    /** Sends the first requests of an Envoy. */
    void connect(StreamObserver<DeltaDiscoveryRequest> to, Proxy proxy) {
        requests = to;
        Node node = Node.newBuilder()
                .setId(id)
                .setMetadata(proxy.metadata())
                .setUserAgentName("envoy")
                .setUserAgentBuildVersion(BuildVersion.newBuilder()
                        .setVersion(
                                SemanticVersion.newBuilder().setMajorNumber(1).setMinorNumber(40)))
                .build();
        send(DeltaDiscoveryRequest.newBuilder().setNode(node).setTypeUrl(ResourceType.CLUSTER.typeUrl()));
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.LISTENER.typeUrl()));
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.SCOPED_ROUTE.typeUrl()));
    }

    String id() {
        return id;
    }

    /** The number of resources that it got. */
    int resources() {
        return resources;
    }

    void subscribe(ResourceType type, Collection<String> names) {
        send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl()).addAllResourceNamesSubscribe(names));
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        resources += response.getResourcesCount();
        send(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce()));
        if (response.getTypeUrl().equals(ResourceType.CLUSTER.typeUrl())) {
            List<String> endpoints = new ArrayList<>();
            for (Resource resource : response.getResourcesList()) {
                if (isByEds(resource)) {
                    endpoints.add(resource.getName());
                }
            }
            if (!endpoints.isEmpty()) {
                subscribe(ResourceType.ENDPOINT, endpoints);
            }
        }
    }

    private static boolean isByEds(Resource resource) {
        try {
            return resource.getResource().unpack(Cluster.class).getType() == Cluster.DiscoveryType.EDS;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a cluster is not well formed", e);
        }
    }

    /** The control plane gets a copy, as over a socket, because it may keep parts of a request. */
    private void send(DeltaDiscoveryRequest.Builder request) {
        if (requests == null) {
            throw new IllegalStateException("not connected");
        }
        try {
            requests.onNext(DeltaDiscoveryRequest.parseFrom(request.build().toByteString()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a request is not well formed", e);
        }
    }

    @Override
    public void onError(Throwable error) {
        throw new IllegalStateException("the control plane ended a stream", error);
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
