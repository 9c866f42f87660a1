package dev.kitsune.xds.delta;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The streams of each proxy, by the id of its Node. Proxies that share a bootstrap have the same id, and so do the old
 * and the new stream of a proxy that reconnects. What is loaded for one of them is loaded for all of them.
 */
final class ProxyStreams {
    private final SetMultimap<String, DeltaStream> streams = HashMultimap.create();
    private final Map<DeltaStream, String> nodes = new HashMap<>();
    private final SetMultimap<String, CompletableFuture<Set<DeltaStream>>> awaited = HashMultimap.create();

    synchronized void began(String nodeId, DeltaStream stream) {
        streams.put(nodeId, stream);
        nodes.put(stream, nodeId);
        Set<DeltaStream> open = Set.copyOf(streams.get(nodeId));
        List.copyOf(awaited.removeAll(nodeId)).forEach(waiting -> waiting.complete(open));
    }

    synchronized void closed(DeltaStream stream) {
        String nodeId = nodes.remove(stream);
        if (nodeId != null) {
            streams.remove(nodeId, stream);
        }
    }

    /** The number of streams that have named their proxy. */
    synchronized int count() {
        return nodes.size();
    }

    synchronized Optional<Proxy> proxy(String nodeId) {
        return streams.get(nodeId).stream()
                .flatMap(stream -> stream.view().stream())
                .findFirst()
                .map(StreamView::proxy);
    }

    synchronized void used(String nodeId, VirtualEnvironmentName virtualEnvironment) {
        streams.get(nodeId).forEach(stream -> stream.used(virtualEnvironment));
    }

    CompletableFuture<LoadOutcome> load(String nodeId, ScopeKey key, LoadTime time, LoadBegun begun) {
        long end = System.nanoTime() + time.whole().toNanos();
        return open(nodeId, time.open()).thenCompose(open -> {
            if (open.isEmpty()) {
                return CompletableFuture.completedFuture(LoadOutcome.NO_STREAM);
            }
            begun.begun();
            return load(open, key, end);
        });
    }

    /** Returns the streams of a proxy as soon as there are any; none if the time for that is over. */
    private synchronized CompletableFuture<Set<DeltaStream>> open(String nodeId, Duration time) {
        Set<DeltaStream> open = streams.get(nodeId);
        if (!open.isEmpty() || time.isZero()) {
            return CompletableFuture.completedFuture(Set.copyOf(open));
        }
        CompletableFuture<Set<DeltaStream>> waiting = new CompletableFuture<>();
        awaited.put(nodeId, waiting);
        return waiting.completeOnTimeout(Set.of(), time.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((found, failure) -> forget(nodeId, waiting));
    }

    private synchronized void forget(String nodeId, CompletableFuture<Set<DeltaStream>> waiting) {
        awaited.remove(nodeId, waiting);
    }

    /** Waits for all streams, but if the time is over, one that has it is enough. */
    private static CompletableFuture<LoadOutcome> load(Set<DeltaStream> open, ScopeKey key, long end) {
        List<CompletableFuture<LoadOutcome>> each =
                open.stream().map(stream -> stream.load(key)).toList();
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, end - System.nanoTime(), TimeUnit.NANOSECONDS)
                .thenApply(over -> each.stream()
                        .map(result -> result.getNow(LoadOutcome.UNACKNOWLEDGED))
                        .min(LoadOutcome::compareTo)
                        .orElse(LoadOutcome.NO_STREAM));
    }
}
