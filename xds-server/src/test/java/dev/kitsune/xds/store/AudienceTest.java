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
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.protocol.PublishedManifests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sidecars of one component version share all work, unless their workloads have other rights or another context. */
class AudienceTest {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                frontend: {version: f1, variables: {greeting: {type: String}}, dependencies: {cart: {type: Component}}}
                cart: {version: c1}
            """;
    private static final ScopeKey MAIN = new ScopeKey(ScopeKey.ALL, new VirtualEnvironmentName("main"));
    private static final String ROUTES = "in/shop/frontend@f1/8080/main";

    private final ResourceStore store = new ResourceStore(new TranslatedResources(), new SimpleMeterRegistry());
    private final PublishedManifests manifests = new PublishedManifests(store);

    /** Translator calls when the streams connect, and when a virtual environment changes. */
    private record Cost(long connecting, long changing) {}

    @Test
    void aHundredSidecarsOfOneVersionCostWhatOneCosts() {
        assertThat(costOf(100)).isEqualTo(costOf(1));
    }

    private static Cost costOf(int sidecars) {
        AudienceTest shop = new AudienceTest();
        shop.manifests.publish(SHOP);
        List<Subscription> streams = IntStream.range(0, sidecars)
                .mapToObj(i -> shop.stream("frontend-" + i))
                .toList();
        long connected = shop.store.translatorCalls();
        assertThat(streams).allSatisfy(stream -> assertThat(stream.all(ROUTE)).hasSize(1));

        shop.manifests.publish(virtualEnvironment("data: {variables: {greeting: Hey}}"));
        assertThat(streams).allSatisfy(stream -> assertThat(stream.take()).containsOnlyKeys(ROUTE));
        return new Cost(connected, shop.store.translatorCalls() - connected);
    }

    @Test
    void aWorkloadThatComesConcernsNoOtherSidecar() {
        manifests.publish(SHOP + workload("frontend-1", ""));
        Subscription stream = stream("frontend-1");
        long calls = store.translatorCalls();

        manifests.publish(workload("frontend-2", ""));

        assertThat(stream.take()).isEmpty();
        assertThat(store.translatorCalls()).isEqualTo(calls);
    }

    @Test
    void aWorkloadThatMayNoLongerActForAnEnvironmentLosesItsResourcesAloneAndGetsThemBack() {
        manifests.publish(SHOP + workload("frontend-1", "") + workload("frontend-2", ""));
        Subscription one = stream("frontend-1");
        Subscription other = stream("frontend-2");

        manifests.publish(workload("frontend-1", "environments: [prod],"));
        Map<ResourceType, Map<String, Optional<StoredResource>>> changed = one.take();
        assertThat(changed.getOrDefault(SCOPED_ROUTE, Map.of()).values())
                .hasSize(2)
                .allMatch(Optional::isEmpty);
        assertThat(changed.get(ROUTE)).containsEntry(ROUTES, Optional.empty());
        assertThat(one.held(ROUTE, ROUTES)).as("until it is told").isNotNull();
        assertThat(other.take()).isEmpty();
        assertThat(other.all(ROUTE)).hasSize(1);

        manifests.publish(workload("frontend-1", ""));
        assertThat(one.take().getOrDefault(ROUTE, Map.of()).values()).hasSize(1).allMatch(Optional::isPresent);
        assertThat(one.held(ROUTE, ROUTES))
                .as("it has what it was never told to be gone")
                .isEqualTo(HeldResource.of(one.all(ROUTE).get(0)));
        one.close();
        other.close();
        assertThat(store.size()).isZero();
    }

    @Test
    void aWorkloadWithAContextOfItsOwnHasListenersOfItsOwn() {
        manifests.publish(SHOP + workload("frontend-1", "") + workload("frontend-2", ""));
        Subscription one = stream("frontend-1");
        Subscription other = stream("frontend-2");
        assertThat(names(one)).isEqualTo(names(other));

        manifests.publish(workload("frontend-1", "environment: main,"));

        assertThat(names(one)).doesNotContainAnyElementsOf(names(other)).allMatch(name -> name.contains("/main/"));
    }

    private static List<String> names(Subscription stream) {
        return stream.all(LISTENER).stream().map(StoredResource::name).toList();
    }

    /** The client gets and acknowledges everything. */
    private static void acknowledge(Subscription stream) {
        stream.take()
                .forEach((type, resources) -> resources.forEach((name, resource) ->
                        stream.holds(type, name, resource.map(HeldResource::of).orElse(null))));
    }

    private Subscription stream(String workload) {
        Subscription stream = store.open(
                new Proxy.SidecarProxy(
                        new ComponentVersion("shop", "frontend", "f1"),
                        workload,
                        "127.0.0.1",
                        15000,
                        15001,
                        8080,
                        Proxy.Scopes.ON_DEMAND),
                () -> {});
        List.of(CLUSTER, LISTENER, SCOPED_ROUTE).forEach(stream::subscribeWildcard);
        stream.load(CLUSTER, MAIN);
        stream.load(SCOPED_ROUTE, MAIN);
        stream.subscribe(ROUTE, List.of(ROUTES));
        acknowledge(stream);
        return stream;
    }

    private static String virtualEnvironment(String more) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}, %s}
                """.formatted(more);
    }

    private static String workload(String name, String more) {
        return """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: shop}
                spec: {app: shop, component: frontend, version: f1, %s endpoints: [{address: 127.0.0.1, port: 19101}]}
                """.formatted(name, more);
    }
}
