package dev.kitsune.xds.load;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.envoy.scope.Loading.LoadRefusal;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.delta.LoadBegun;
import dev.kitsune.xds.delta.LoadOutcome;
import dev.kitsune.xds.delta.LoadTime;
import dev.kitsune.xds.delta.Streams;
import dev.kitsune.xds.store.ResourceStore;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The proxies' streams to this replica. */
public final class StreamsHere implements LoadPlace {
    private final ResourceStore store;
    private final Streams streams;

    public StreamsHere(ResourceStore store, Streams streams) {
        this.store = store;
        this.streams = streams;
    }

    @Override
    public CompletableFuture<LoadAnswer> load(String nodeId, ScopeKey key, LoadTime time, LoadBegun begun) {
        return streams.load(nodeId, key, time, begun)
                .thenApply(outcome -> answer(nodeId, key.virtualEnvironment(), outcome));
    }

    private LoadAnswer answer(String nodeId, VirtualEnvironmentName virtualEnvironment, LoadOutcome outcome) {
        return switch (outcome) {
            case LOADED -> LoadAnswer.LOADED;
            case NOTHING -> new LoadAnswer(outcome, refusal(nodeId, virtualEnvironment));
            case REFUSED -> new LoadAnswer(outcome, Loading.rejected(virtualEnvironment));
            case UNACKNOWLEDGED, ENDED -> LoadAnswer.unacknowledged(outcome, virtualEnvironment);
            case NO_STREAM -> LoadAnswer.noStream(virtualEnvironment);
        };
    }

    private LoadRefusal refusal(String nodeId, VirtualEnvironmentName virtualEnvironment) {
        Snapshot snapshot = store.snapshot();
        Optional<Proxy> proxy = streams.proxy(nodeId);
        return snapshot == null || proxy.isEmpty()
                ? Loading.unknown(virtualEnvironment)
                : Loading.refusal(Audience.of(proxy.get(), snapshot), virtualEnvironment, snapshot)
                        .orElseGet(() -> Loading.unknown(virtualEnvironment));
    }

    /** The proxy with this Node reports that virtual environments are used. */
    public void used(String nodeId, Set<VirtualEnvironmentName> virtualEnvironments) {
        virtualEnvironments.forEach(used -> streams.used(nodeId, used));
    }
}
