package dev.kitsune.xds.delta;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The delta streams that are open. */
public final class Streams {
    private final ResourceStore store;
    private final Executor workers;
    private final StreamMetrics metrics;
    private final Set<DeltaStream> open = ConcurrentHashMap.newKeySet();
    private final ProxyStreams proxies = new ProxyStreams();

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
                store,
                (ServerCallStreamObserver<DeltaDiscoveryResponse>) client,
                workers,
                metrics,
                new DeltaStream.StreamListener() {
                    @Override
                    public void began(String nodeId, DeltaStream began) {
                        proxies.began(nodeId, began);
                    }

                    @Override
                    public void closed(DeltaStream ended) {
                        open.remove(ended);
                        proxies.closed(ended);
                    }
                });
        open.add(stream);
        return stream;
    }

    /**
     * Brings a virtual environment to the proxy with this Node, for requests with this key. A proxy that has just lost
     * its stream is given a moment to open another one.
     */
    public CompletableFuture<LoadOutcome> load(String nodeId, ScopeKey key, LoadTime time, LoadBegun begun) {
        return proxies.load(nodeId, key, time, begun);
    }

    /** The proxy with this Node reports that a virtual environment is used. */
    public void used(String nodeId, VirtualEnvironmentName virtualEnvironment) {
        proxies.used(nodeId, virtualEnvironment);
    }

    /** Counts one more minute in which loaded virtual environments may have been unused. */
    public void minute() {
        open.forEach(DeltaStream::minute);
    }

    /** The proxy with this Node; empty if it has no stream. */
    public Optional<Proxy> proxy(String nodeId) {
        return proxies.proxy(nodeId);
    }

    /** The proxies that are connected. */
    public List<StreamView> views() {
        return open.stream().map(DeltaStream::view).flatMap(Optional::stream).toList();
    }

    /** The number of proxies that are connected. */
    public int connected() {
        return proxies.count();
    }

    /** Ends all streams, so that their clients look for another server. */
    public void close() {
        open.forEach(stream -> stream.end(Status.UNAVAILABLE.withDescription("the control plane is stopping")));
    }
}
