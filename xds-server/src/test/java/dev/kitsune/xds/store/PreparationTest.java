package dev.kitsune.xds.store;

import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While a publish or a subscription translates and checks, streams continue with what is published. */
@Timeout(60)
class PreparationTest {
    private final SlowGate gate = new SlowGate();
    private final ResourceStore store = new ResourceStore(gate, new SimpleMeterRegistry());
    private final Mesh mesh = new Mesh()
            .virtualEnvironment("slow", "route", "1")
            .virtualEnvironment("a", "route", "1")
            .publishTo(store);
    private final Subscription stream = store.open(DeltaClient.GATEWAY, () -> {});

    /**
     * A gate that checks the second version of the route {@code slow}, and every new route, until a test lets it
     * finish.
     */
    private static final class SlowGate implements Resources {
        private final MeshResources made = new MeshResources();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch left = new CountDownLatch(1);

        @Override
        public Audience audience(Proxy proxy, SnapshotView view) {
            return Audience.of(proxy, view);
        }

        @Override
        public List<String> wildcard(ResourceType type, Audience audience, SnapshotView view) {
            return made.wildcard(type, audience, view);
        }

        @Override
        public List<String> wildcard(
                ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
            return made.wildcard(type, audience, virtualEnvironment, view);
        }

        @Override
        public Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
            return made.translate(type, name, view);
        }

        @Override
        public Optional<Translated> withheld(ResourceType type, String name) {
            return made.withheld(type, name);
        }

        @Override
        public List<ConfigurationFault> faults(Translated checked) {
            if (isSlow(checked.resource())) {
                entered.countDown();
                try {
                    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return made.faults(checked);
        }

        private static boolean isSlow(Message resource) {
            return resource instanceof RouteConfiguration route
                    && route.getName().equals("slow")
                    && route.getInternalOnlyHeaders(0).equals("2");
        }

        @Override
        public Optional<Translated> atFault(ResourceType type, String name) {
            return made.atFault(type, name);
        }

        @Override
        public boolean entitled(Audience audience, ResourceType type, String name, SnapshotView view) {
            return made.entitled(audience, type, name, view);
        }
    }

    @Test
    void streamsReadSubscribeAndEndWhileAResourceIsChecked() throws Exception {
        stream.subscribe(ROUTE, List.of("slow"));
        stream.take();

        CompletableFuture<Void> publishing = publishSlowly();

        stream.subscribe(ROUTE, List.of("a"));
        assertThat(routes(stream))
                .as("all resources have their previous version")
                .isEqualTo(Map.of("a", "1"));
        Subscription other = store.open(DeltaClient.GATEWAY, () -> {});
        other.subscribe(ROUTE, List.of("slow"));
        assertThat(routes(other)).isEqualTo(Map.of("slow", "1"));
        other.close();

        finish(publishing);
        assertThat(routes(stream)).as("all changes arrive at once").isEqualTo(Map.of("a", "2", "slow", "2"));
        assertThat(store.refused()).isEmpty();
    }

    @Test
    void acknowledgementsInTheMeantimeBelongToThePreviousGeneration() throws Exception {
        stream.subscribe(ROUTE, List.of("slow"));
        stream.take();
        long before = stream.taken();

        CompletableFuture<Void> publishing = publishSlowly();
        stream.mark(ROUTE, List.of("slow"));
        stream.take();
        assertThat(stream.taken()).isEqualTo(before);

        finish(publishing);
        stream.take();
        assertThat(stream.taken()).isEqualTo(before + 1);
    }

    @Test
    void aWildcardSubscriptionInTheMeantimeGetsTheChanges() throws Exception {
        stream.subscribe(ROUTE, List.of("slow"));
        mesh.virtualEnvironment("new");

        CompletableFuture<Void> publishing = publishSlowly();
        Subscription other = store.open(DeltaClient.GATEWAY, () -> {});
        other.subscribeWildcard(SCOPED_ROUTE);
        assertThat(other.take().get(SCOPED_ROUTE)).containsOnlyKeys("slow", "a");

        finish(publishing);
        assertThat(other.take().get(SCOPED_ROUTE)).containsKey("new");
    }

    @Test
    void otherStreamsAndPublishesContinueWhileTheResourcesOfANewSubscriptionAreMade() throws Exception {
        mesh.virtualEnvironment("slow", "route", "2").publishTo(store);
        Subscription other = store.open(DeltaClient.GATEWAY, () -> {});
        CompletableFuture<Void> subscribing = CompletableFuture.runAsync(() -> other.subscribe(ROUTE, List.of("slow")));
        assertThat(gate.entered.await(30, TimeUnit.SECONDS)).isTrue();

        stream.subscribe(ROUTE, List.of("a"));
        mesh.virtualEnvironment("a", "route", "3").publishTo(store);
        assertThat(routes(stream)).isEqualTo(Map.of("a", "3"));

        finish(subscribing);
        assertThat(routes(other)).isEqualTo(Map.of("slow", "2"));
    }

    @Test
    void aResourceIsTranslatedAndCheckedOncePerPublish() {
        stream.subscribe(ROUTE, List.of("a"));
        stream.subscribeWildcard(SCOPED_ROUTE);
        long before = store.translatorCalls();

        mesh.virtualEnvironment("a", "route", "2").virtualEnvironment("new").publishTo(store);

        // The calls are the lists of scopes of two virtual environments, the new scope, and the changed route and
        // scope.
        assertThat(store.translatorCalls() - before).isEqualTo(2 + 1 + 2);
    }

    private CompletableFuture<Void> publishSlowly() throws InterruptedException {
        mesh.virtualEnvironment("a", "route", "2").virtualEnvironment("slow", "route", "2");
        CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> mesh.publishTo(store));
        assertThat(gate.entered.await(30, TimeUnit.SECONDS)).isTrue();
        return publishing;
    }

    private void finish(CompletableFuture<Void> task) throws Exception {
        assertThat(task).isNotDone();
        gate.left.countDown();
        task.get(30, TimeUnit.SECONDS);
    }

    private static Map<String, String> routes(Subscription of) throws Exception {
        Map<String, String> found = new java.util.TreeMap<>();
        for (Map.Entry<String, Optional<StoredResource>> each :
                of.take().getOrDefault(ROUTE, Map.of()).entrySet()) {
            RouteConfiguration route =
                    each.getValue().orElseThrow().packed().getResource().unpack(RouteConfiguration.class);
            found.put(each.getKey(), route.getInternalOnlyHeaders(0));
        }
        return found;
    }
}
