package dev.kitsune.xds.sotw;

import com.google.common.util.concurrent.MoreExecutors;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamMetrics;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.delta.Streams;
import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc.ClusterDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc.EndpointDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc.ListenerDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc.RouteDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase;
import io.grpc.BindableService;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The server of java-control-plane over the store. Its state-of-the-world streams are its own; its delta streams have
 * faults that cannot be fixed from outside, and are replaced by {@link Streams}.
 */
public final class KitsuneDiscoveryServer extends V3DiscoveryServer {
    private final Streams deltas;
    private final StreamMetrics metrics;
    private final Set<CheckedRequests> open = ConcurrentHashMap.newKeySet();

    public KitsuneDiscoveryServer(ResourceStore store, Streams deltas, Executor workers, MeterRegistry meters) {
        // Each stream has its own serial executor: a shared one reorders answers.
        super(
                List.of(),
                new StoreWatcher(store, workers),
                () -> MoreExecutors.newSequentialExecutor(workers),
                new PackedSerializer());
        this.deltas = deltas;
        this.metrics = new StreamMetrics(meters);
    }

    /** Every service that it offers. */
    public List<BindableService> services() {
        return List.of(
                getAggregatedDiscoveryServiceImpl(),
                getClusterDiscoveryServiceImpl(),
                getEndpointDiscoveryServiceImpl(),
                getListenerDiscoveryServiceImpl(),
                getRouteDiscoveryServiceImpl(),
                getSecretDiscoveryServiceImpl());
    }

    /** The clients that are connected, by streams of either sort. */
    public List<StreamView> views() {
        return Stream.concat(
                        deltas.views().stream(),
                        open.stream().map(CheckedRequests::view).flatMap(Optional::stream))
                .sorted(Comparator.comparing(StreamView::nodeId).thenComparing(StreamView::since))
                .toList();
    }

    /** The number of clients that are connected, by streams of either sort. */
    public int connected() {
        return deltas.connected() + open.size();
    }

    private StreamObserver<DiscoveryRequest> checked(
            StreamObserver<DiscoveryResponse> client,
            String typeUrl,
            Function<StreamObserver<DiscoveryResponse>, StreamObserver<DiscoveryRequest>> begin) {
        return new CheckedRequests((ServerCallStreamObserver<DiscoveryResponse>) client, typeUrl, metrics, open, begin);
    }

    @Override
    public AggregatedDiscoveryServiceImplBase getAggregatedDiscoveryServiceImpl() {
        AggregatedDiscoveryServiceImplBase base = super.getAggregatedDiscoveryServiceImpl();
        return new AggregatedDiscoveryServiceImplBase() {
            @Override
            public StreamObserver<DiscoveryRequest> streamAggregatedResources(
                    StreamObserver<DiscoveryResponse> client) {
                return checked(client, "", base::streamAggregatedResources);
            }

            @Override
            public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                    StreamObserver<DeltaDiscoveryResponse> client) {
                return deltas.open(client);
            }
        };
    }

    @Override
    public ClusterDiscoveryServiceImplBase getClusterDiscoveryServiceImpl() {
        ClusterDiscoveryServiceImplBase base = super.getClusterDiscoveryServiceImpl();
        return new ClusterDiscoveryServiceImplBase() {
            @Override
            public StreamObserver<DiscoveryRequest> streamClusters(StreamObserver<DiscoveryResponse> client) {
                return checked(client, ResourceType.CLUSTER.typeUrl(), base::streamClusters);
            }

            @Override
            public StreamObserver<DeltaDiscoveryRequest> deltaClusters(StreamObserver<DeltaDiscoveryResponse> client) {
                return deltas.open(client);
            }
        };
    }

    @Override
    public EndpointDiscoveryServiceImplBase getEndpointDiscoveryServiceImpl() {
        EndpointDiscoveryServiceImplBase base = super.getEndpointDiscoveryServiceImpl();
        return new EndpointDiscoveryServiceImplBase() {
            @Override
            public StreamObserver<DiscoveryRequest> streamEndpoints(StreamObserver<DiscoveryResponse> client) {
                return checked(client, ResourceType.ENDPOINT.typeUrl(), base::streamEndpoints);
            }

            @Override
            public StreamObserver<DeltaDiscoveryRequest> deltaEndpoints(StreamObserver<DeltaDiscoveryResponse> client) {
                return deltas.open(client);
            }
        };
    }

    @Override
    public ListenerDiscoveryServiceImplBase getListenerDiscoveryServiceImpl() {
        ListenerDiscoveryServiceImplBase base = super.getListenerDiscoveryServiceImpl();
        return new ListenerDiscoveryServiceImplBase() {
            @Override
            public StreamObserver<DiscoveryRequest> streamListeners(StreamObserver<DiscoveryResponse> client) {
                return checked(client, ResourceType.LISTENER.typeUrl(), base::streamListeners);
            }

            @Override
            public StreamObserver<DeltaDiscoveryRequest> deltaListeners(StreamObserver<DeltaDiscoveryResponse> client) {
                return deltas.open(client);
            }
        };
    }

    @Override
    public RouteDiscoveryServiceImplBase getRouteDiscoveryServiceImpl() {
        RouteDiscoveryServiceImplBase base = super.getRouteDiscoveryServiceImpl();
        return new RouteDiscoveryServiceImplBase() {
            @Override
            public StreamObserver<DiscoveryRequest> streamRoutes(StreamObserver<DiscoveryResponse> client) {
                return checked(client, ResourceType.ROUTE.typeUrl(), base::streamRoutes);
            }

            @Override
            public StreamObserver<DeltaDiscoveryRequest> deltaRoutes(StreamObserver<DeltaDiscoveryResponse> client) {
                return deltas.open(client);
            }
        };
    }

    @Override
    public SecretDiscoveryServiceImplBase getSecretDiscoveryServiceImpl() {
        SecretDiscoveryServiceImplBase base = super.getSecretDiscoveryServiceImpl();
        return new SecretDiscoveryServiceImplBase() {
            @Override
            public StreamObserver<DiscoveryRequest> streamSecrets(StreamObserver<DiscoveryResponse> client) {
                return checked(client, ResourceType.SECRET.typeUrl(), base::streamSecrets);
            }

            @Override
            public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(StreamObserver<DeltaDiscoveryResponse> client) {
                return deltas.open(client);
            }
        };
    }
}
