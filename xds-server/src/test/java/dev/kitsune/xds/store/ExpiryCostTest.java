package dev.kitsune.xds.store;

import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.PublishedManifests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The cost of an expiry depends only on the expired virtual environment. */
class ExpiryCostTest {
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
                frontend:
                  version: f1
                  routes: [{rule: 'PathPrefix(`/{{.Vars.path}}`)'}]
                  variables: {path: {type: String, default: a}}
            """;

    private record Cost(long translatorCalls, Set<String> scopes, Set<String> routes) {}

    @Test
    void anExpiryCostsTheSameAmongTenAndAThousandVirtualEnvironments() {
        Cost one = costAmong(10);
        // No scope changes, because e7's scope led to its own routes before.
        assertThat(one.scopes()).isEmpty();
        assertThat(one.routes()).containsExactly("gw/e7");
        assertThat(costAmong(1_000)).isEqualTo(one);
    }

    private static Cost costAmong(int virtualEnvironments) {
        ResourceStore store = new ResourceStore(new TranslatedResources(), new SimpleMeterRegistry());
        PublishedManifests manifests = new PublishedManifests(store);
        manifests.publish(text(virtualEnvironments));
        Subscription gateway = store.open(DeltaClient.GATEWAY, () -> {});
        gateway.subscribeWildcard(SCOPED_ROUTE);
        for (int i = 0; i < virtualEnvironments; i++) {
            gateway.subscribe(ROUTE, List.of("gw/e" + i));
        }
        gateway.take();
        long calls = store.translatorCalls();

        ObjectKey key = new ObjectKey(Kind.VirtualEnvironment, "shop", "e7");
        manifests.expire(key, new Expired(Expired.Limit.age, "30d"));

        Map<ResourceType, Map<String, Optional<StoredResource>>> changed = gateway.take();
        return new Cost(
                store.translatorCalls() - calls,
                changed.getOrDefault(SCOPED_ROUTE, Map.of()).keySet(),
                changed.getOrDefault(ROUTE, Map.of()).keySet());
    }

    private static String text(int virtualEnvironments) {
        StringBuilder text = new StringBuilder(SHOP);
        IntStream.range(0, virtualEnvironments).forEach(i -> text.append("""
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: e%d, namespace: shop}
                spec: {parent: main, data: {variables: {path: e%d}}}
                """.formatted(i, i)));
        return text.toString();
    }
}
