package dev.kitsune.xds.store;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What proxies have of virtual environments costs only those to which something happened. */
class AcknowledgementCostTest {
    private static final Proxy ON_DEMAND = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.ON_DEMAND);
    private static final int STREAMS = 100;
    private static final VirtualEnvironmentName E7 = new VirtualEnvironmentName("e7");

    private final ResourceStore store = new ResourceStore(new MeshResources(), new SimpleMeterRegistry());
    private final Mesh mesh = new Mesh().virtualEnvironments(10_000).publishTo(store);

    /** A stream whose client has loaded {@code e7} and one of its own, and has acknowledged everything. */
    private Subscription stream(int number) {
        Subscription stream = store.open(ON_DEMAND, () -> {});
        List.of(CLUSTER, SCOPED_ROUTE).forEach(stream::subscribeWildcard);
        for (String name : List.of("e7", "e" + (100 + number))) {
            stream.load(CLUSTER, new ScopeKey(ScopeKey.ALL, new VirtualEnvironmentName(name)));
            stream.load(SCOPED_ROUTE, new ScopeKey("gw", new VirtualEnvironmentName(name)));
            stream.subscribe(ROUTE, List.of("gw/" + name));
        }
        stream.take();
        stream.begun();
        return stream;
    }

    @Test
    void aChangeTouchesItsVirtualEnvironmentAndItsStreamsAlone() {
        List<Subscription> streams =
                IntStream.range(0, STREAMS).mapToObj(this::stream).toList();
        AtomicInteger touches = new AtomicInteger();
        store.whenTouched(touches::incrementAndGet);
        assertThat(store.unsettledChanges()).isZero();

        mesh.virtualEnvironment("e7", "route", "2").publishTo(store);
        assertThat(touches).hasValue(1);
        assertThat(store.takeTouched()).containsExactly(E7);
        assertThat(store.unsettledChanges()).isEqualTo(1);
        long before = store.examinedStreams();
        assertThat(store.atProxies(E7)).isEqualTo(new AtProxies(STREAMS, 0, 0, null));
        assertThat(store.examinedStreams() - before).isEqualTo(STREAMS);

        for (int i = 0; i < STREAMS; i++) {
            Subscription stream = streams.get(i);
            stream.take();
            stream.acknowledged(stream.taken());
            assertThat(store.atProxies(E7)).isEqualTo(new AtProxies(STREAMS, i + 1, 0, null));
        }
        assertThat(store.takeTouched()).containsExactly(E7);
        assertThat(touches).as("one call until the touched ones are taken").hasValue(2);
        assertThat(store.unsettledChanges())
                .as("nothing is kept of what is settled")
                .isZero();
    }

    @Test
    void oneThatNobodyHasLoadedCostsNoStream() {
        IntStream.range(0, STREAMS).forEach(this::stream);
        store.whenTouched(() -> {});

        mesh.virtualEnvironment("e9000", "route", "2").publishTo(store);

        VirtualEnvironmentName name = new VirtualEnvironmentName("e9000");
        assertThat(store.takeTouched()).containsExactly(name);
        assertThat(store.atProxies(name)).isEqualTo(AtProxies.NONE);
        assertThat(store.examinedStreams()).isZero();
        assertThat(store.unsettledChanges()).isZero();
    }

    @Test
    void aStreamThatIsFarBehindDelaysOnlyWhatItHas() {
        Subscription slow = stream(0);
        Subscription quick = stream(1);
        mesh.virtualEnvironment("e100", "route", "2").publishTo(store);
        mesh.virtualEnvironment("e101", "route", "2").publishTo(store);
        quick.take();
        quick.acknowledged(quick.taken());

        assertThat(store.atProxies(new VirtualEnvironmentName("e100"))).isEqualTo(new AtProxies(1, 0, 0, null));
        assertThat(store.atProxies(new VirtualEnvironmentName("e101"))).isEqualTo(new AtProxies(1, 1, 0, null));
        assertThat(store.unsettledChanges()).isEqualTo(2);

        slow.close();
        assertThat(store.unsettledChanges()).isZero();
    }

    @Test
    void aStreamThatAlwaysHasNewerChangesAcknowledgesTheEarlierOnes() {
        Subscription stream = stream(0);
        mesh.virtualEnvironment("e7", "route", "2").publishTo(store);
        stream.take();
        long first = stream.taken();
        mesh.virtualEnvironment("e100", "route", "2").publishTo(store);

        stream.acknowledged(first);

        assertThat(store.atProxies(E7)).isEqualTo(new AtProxies(1, 1, 0, null));
        assertThat(store.atProxies(new VirtualEnvironmentName("e100"))).isEqualTo(new AtProxies(1, 0, 0, null));
    }
}
