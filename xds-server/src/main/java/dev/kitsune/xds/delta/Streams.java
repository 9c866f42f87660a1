package dev.kitsune.xds.delta;

import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The delta streams that are open. */
public final class Streams {
    private final ResourceStore store;
    private final Executor workers;
    private final StreamMetrics metrics;
    private final Set<DeltaStream> open = ConcurrentHashMap.newKeySet();

    /** @param workers the executor of the streams' tasks; each stream runs one task at a time */
    public Streams(ResourceStore store, Executor workers, MeterRegistry meters) {
        this.store = store;
        this.workers = workers;
        this.metrics = new StreamMetrics(meters);
        Gauge.builder("kitsune.xds.streams", open, Set::size)
                .description("Delta streams that are open")
                .register(meters);
    }

    /** Begins a stream; to be called within the gRPC method that the client called. */
    public StreamObserver<DeltaDiscoveryRequest> open(StreamObserver<DeltaDiscoveryResponse> client) {
        DeltaStream stream = new DeltaStream(
                store, (ServerCallStreamObserver<DeltaDiscoveryResponse>) client, workers, metrics, open::remove);
        open.add(stream);
        return stream;
    }

    /** The proxies that are connected. */
    public List<StreamView> views() {
        return open.stream().map(DeltaStream::view).flatMap(Optional::stream).toList();
    }

    /** Ends all streams, so that their clients look for another server. */
    public void close() {
        open.forEach(stream -> stream.end(Status.UNAVAILABLE.withDescription("the control plane is stopping")));
    }
}
