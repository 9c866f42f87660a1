package dev.kitsune.xds.store;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.LISTENER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The cost of a change depends only on the affected resources, and is zero without subscribers. */
class CostTest {
    private static final Proxy ON_DEMAND = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.ON_DEMAND);
    private static final ScopeKey A = new ScopeKey(ScopeKey.ALL, new VirtualEnvironmentName("a"));

    private final ResourceStore store = new ResourceStore(new MeshResources(), new SimpleMeterRegistry());

    @Test
    void aChangeCostsTheSameAmong10And10000VirtualEnvironments() {
        assertThat(costOfOneChange(10_000)).isEqualTo(costOfOneChange(10));
    }

    private record Cost(long translatorCalls, int resources, int bytes) {}

    private static Cost costOfOneChange(int virtualEnvironments) {
        ResourceStore store = new ResourceStore(new MeshResources(), new SimpleMeterRegistry());
        Mesh mesh = new Mesh().virtualEnvironments(virtualEnvironments).publishTo(store);
        Subscription stream = store.open(DeltaClient.GATEWAY, () -> {});
        List.of(CLUSTER, LISTENER, SCOPED_ROUTE).forEach(stream::subscribeWildcard);
        for (int i = 0; i < virtualEnvironments; i++) {
            stream.subscribe(ROUTE, List.of("e" + i));
            stream.subscribe(CLUSTER, List.of("e" + i));
        }
        stream.take();
        long before = store.translatorCalls();

        mesh.virtualEnvironment("e7", "route", "2").publishTo(store);

        Map<ResourceType, Map<String, Optional<StoredResource>>> changed = stream.take();
        int resources = changed.values().stream().mapToInt(Map::size).sum();
        int bytes = changed.values().stream()
                .flatMap(ofType -> ofType.values().stream())
                .mapToInt(resource -> resource.orElseThrow().size())
                .sum();
        return new Cost(store.translatorCalls() - before, resources, bytes);
    }

    @Test
    void aResourceIsTranslatedOnceForAllSubscribersAndRemovedWithTheLast() {
        new Mesh().virtualEnvironment("a").publishTo(store);
        Subscription one = store.open(DeltaClient.GATEWAY, () -> {});
        Subscription other = store.open(DeltaClient.GATEWAY, () -> {});
        one.subscribe(ROUTE, List.of("a"));
        long calls = store.translatorCalls();

        other.subscribe(ROUTE, List.of("a"));
        assertThat(store.translatorCalls()).isEqualTo(calls);
        assertThat(only(one).packed()).isSameAs(only(other).packed());
        one.close();
        assertThat(store.size()).isEqualTo(1);
        other.unsubscribe(ROUTE, List.of("a"));
        assertThat(store.size()).isZero();
    }

    @Test
    void aChangeThatNobodySubscribesToCostsNothing() {
        Mesh mesh = new Mesh().virtualEnvironment("a").publishTo(store);
        Subscription stream = store.open(DeltaClient.GATEWAY, () -> {});
        stream.subscribe(ROUTE, List.of("a"));
        stream.unsubscribe(ROUTE, List.of("a"));
        long calls = store.translatorCalls();

        mesh.virtualEnvironment("a", "route", "2").publishTo(store);

        assertThat(store.translatorCalls()).isEqualTo(calls);
    }

    @Test
    void aNewVirtualEnvironmentCostsProxiesThatHaveNotLoadedItNothing() {
        Mesh mesh = new Mesh().virtualEnvironment("a").publishTo(store);
        List<Subscription> streams = IntStream.range(0, 100)
                .mapToObj(i -> store.open(ON_DEMAND, () -> {}))
                .toList();
        streams.forEach(stream -> {
            List.of(CLUSTER, LISTENER, SCOPED_ROUTE).forEach(stream::subscribeWildcard);
            stream.load(CLUSTER, A);
            stream.load(SCOPED_ROUTE, A);
            stream.take();
        });
        long calls = store.translatorCalls();

        mesh.virtualEnvironment("b").publishTo(store);
        assertThat(store.translatorCalls()).isEqualTo(calls);
        assertThat(streams).allSatisfy(stream -> assertThat(stream.take()).isEmpty());

        mesh.virtualEnvironment("a", "scoped_route", "changed").publishTo(store);
        // The scope is made once for all streams, and so are the names of the virtual environment for each type.
        assertThat(store.translatorCalls()).isEqualTo(calls + 3);
        assertThat(streams).allSatisfy(stream -> assertThat(stream.take().get(SCOPED_ROUTE))
                .containsOnlyKeys("on-demand/gw/a"));
    }

    @Test
    void theWildcardOfAProxyIsRemovedWithItsLastStream() {
        Mesh mesh = new Mesh().virtualEnvironments(5).publishTo(store);
        Subscription stream = store.open(DeltaClient.GATEWAY, () -> {});
        stream.subscribeWildcard(SCOPED_ROUTE);
        assertThat(store.size()).isEqualTo(5);

        stream.close();
        long calls = store.translatorCalls();
        mesh.virtualEnvironment("e1", "route", "2").publishTo(store);

        assertThat(store.size()).isZero();
        assertThat(store.translatorCalls()).isEqualTo(calls);
    }

    @Test
    void equalContentHasEqualVersionsInAnyStore() {
        ResourceStore another = new ResourceStore(new MeshResources(), new SimpleMeterRegistry());
        new Mesh().virtualEnvironment("a", "route", "1").publishTo(store);
        new Mesh().virtualEnvironment("b").virtualEnvironment("a", "route", "1").publishTo(another);
        Subscription here = store.open(DeltaClient.GATEWAY, () -> {});
        Subscription there = another.open(DeltaClient.GATEWAY, () -> {});
        here.subscribe(ROUTE, List.of("a"));
        there.subscribe(ROUTE, List.of("a"));

        assertThat(only(here).version()).isEqualTo(only(there).version());
    }

    private static StoredResource only(Subscription subscription) {
        return subscription.all(ROUTE).get(0);
    }
}
