package dev.kitsune.xds.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.protocol.PublishedManifests;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdleClustersTest {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: child, namespace: shop}
            spec: {parent: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: own, namespace: shop}
            spec: {parent: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: other, namespace: shop}
            spec: {parent: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: frontend, namespace: shop}
            spec: {app: shop, component: frontend, version: f1, environment: own, endpoints: [{address: 127.0.0.1, port: 15000}]}
            """;

    private static final List<String> CLUSTERS = List.of(
            "component/dev/shop/cart@c1",
            "app/8080",
            "adapter/shop/pay/main",
            "adapter/shop/pay/child",
            "adapter/shop/pay/own",
            "adapter/shop/pay/other",
            "adapter-upgrades/shop/pay/other",
            "app/8080/shop/frontend@f1/other");

    private static final Proxy SIDECAR = new Proxy.SidecarProxy(
            new ComponentVersion("shop", "frontend", "f1"),
            "frontend",
            "127.0.0.1",
            15000,
            15001,
            8080,
            Proxy.Scopes.ON_DEMAND);

    private final IdleClusters clusters = new IdleClusters();
    private final ResourceStore store = new ResourceStore(new TranslatedResources(), new SimpleMeterRegistry());

    @BeforeEach
    void publish() {
        new PublishedManifests(store).publish(SHOP);
    }

    private List<String> idle(String... routes) {
        return clusters.next(CLUSTERS, List.of(routes), SIDECAR, Objects.requireNonNull(store.snapshot()));
    }

    @Test
    void aVirtualEnvironmentUsesItsClustersAndThoseOfItsAncestors() {
        assertThat(idle("out/shop/frontend@f1/child"))
                .containsExactly(
                        "adapter/shop/pay/other", "adapter-upgrades/shop/pay/other", "app/8080/shop/frontend@f1/other");
        assertThat(idle("in/shop/frontend@f1/8080/other/counted")).containsExactly("adapter/shop/pay/child");
    }

    @Test
    void theContextOfTheWorkloadIsAlwaysUsedBecauseOfLocalPorts() {
        assertThat(idle())
                .contains("adapter/shop/pay/child", "adapter/shop/pay/other")
                .doesNotContain("adapter/shop/pay/own", "adapter/shop/pay/main");
    }

    @Test
    void whatWasTakenAwayComesBackOnceWithTheRoutesThatNeedIt() {
        Snapshot snapshot = Objects.requireNonNull(store.snapshot());
        assertThat(clusters.backFor(List.of("out/shop/frontend@f1/other"), snapshot))
                .isEmpty();
        idle();
        assertThat(clusters.backFor(List.of("out/shop/frontend@f1/main/shared"), snapshot))
                .isEmpty();
        assertThat(clusters.backFor(List.of("out/shop/frontend@f1/child"), snapshot))
                .containsExactly("adapter/shop/pay/child");
        assertThat(clusters.backFor(List.of("out/shop/frontend@f1/child"), snapshot))
                .isEmpty();
    }
}
