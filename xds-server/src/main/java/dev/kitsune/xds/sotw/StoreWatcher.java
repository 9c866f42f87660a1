package dev.kitsune.xds.sotw;

import com.google.common.util.concurrent.MoreExecutors;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.UnknownProxyException;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Lets java-control-plane watch the store. */
final class StoreWatcher implements ConfigWatcher {
    private final ResourceStore store;
    private final Executor workers;

    StoreWatcher(ResourceStore store, Executor workers) {
        this.store = store;
        this.workers = workers;
    }

    @Override
    public Watch createWatch(
            boolean ads,
            XdsRequest request,
            Set<String> knownResourceNames,
            Consumer<Response> responseConsumer,
            boolean hasClusterChanged,
            boolean allowDefaultEmptyEdsUpdate) {
        Watch watch = new Watch(ads, allowDefaultEmptyEdsUpdate, request, responseConsumer);
        Executor serial = MoreExecutors.newSequentialExecutor(workers);
        StoreWatch stored = new StoreWatch(
                store,
                watch,
                proxy(request),
                ResourceType.ofTypeUrl(request.getTypeUrl()).orElseThrow(),
                serial);
        watch.setStop(() -> serial.execute(stored::stop));
        store.whenPublished(() -> serial.execute(stored::start));
        return watch;
    }

    /** Never called: the delta streams are not java-control-plane's. */
    @Override
    public DeltaWatch createDeltaWatch(
            DeltaXdsRequest request,
            String requesterVersion,
            Map<String, String> resourceVersions,
            Set<String> pendingResources,
            boolean isWildcard,
            Consumer<DeltaResponse> responseConsumer,
            boolean hasClusterChanged) {
        throw new UnsupportedOperationException("delta streams have a server of their own");
    }

    private static Proxy proxy(XdsRequest request) {
        try {
            return Proxy.of(request.v3Request().getNode());
        } catch (UnknownProxyException e) {
            throw new IllegalStateException("a stream with such a node is refused before", e);
        }
    }
}
