package dev.kitsune.bench.fleet;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
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

    private void subscribe(ResourceType type, List<String> names) {
        if (!names.isEmpty()) {
            send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl()).addAllResourceNamesSubscribe(names));
        }
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        resources += response.getResourcesCount();
        send(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce()));
        List<String> endpoints = new ArrayList<>();
        List<String> routes = new ArrayList<>();
        try {
            for (Resource resource : response.getResourcesList()) {
                Any content = resource.getResource();
                if (content.is(Cluster.class) && content.unpack(Cluster.class).getType() == Cluster.DiscoveryType.EDS) {
                    endpoints.add(resource.getName());
                } else if (content.is(ScopedRouteConfiguration.class)) {
                    routes.add(content.unpack(ScopedRouteConfiguration.class).getRouteConfigurationName());
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource is not well formed", e);
        }
        subscribe(ResourceType.ENDPOINT, endpoints);
        subscribe(ResourceType.ROUTE, routes);
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
