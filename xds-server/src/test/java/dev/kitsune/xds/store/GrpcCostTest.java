package dev.kitsune.xds.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.xds.protocol.PublishedManifests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A gRPC client has one route configuration for all virtual environments. It is translated again only if one of them
 * chooses another version.
 */
class GrpcCostTest {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Platform
            metadata: {name: kitsune}
            spec: {defaultVirtualEnvironment: main}
            ---
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
                frontend: {version: f1, dependencies: {cart: {type: Component}, offers: {type: Component}}}
                cart: {version: c1}
                offers: {version: o1}
            """;
    private static final String CARTS = "grpc/shop/frontend@f1/shop/cart/*/main";
    private static final String OFFERS = "grpc/shop/frontend@f1/shop/offers/*/main";

    private final ResourceStore store = new ResourceStore(new TranslatedResources(), new SimpleMeterRegistry());
    private final PublishedManifests manifests = new PublishedManifests(store);

    @Test
    void aChangeIsCheapAmongTenThousandVirtualEnvironments() {
        manifests.publish(SHOP
                + IntStream.range(0, 10_000)
                        .mapToObj(i -> virtualEnvironment("e" + i, ""))
                        .collect(Collectors.joining()));
        Subscription client =
                store.open(new Proxy.GrpcProxy(new ComponentName("shop", "frontend"), "f1", null), () -> {});
        client.subscribe(ResourceType.LISTENER, List.of("grpc/shop/frontend@f1/-/cart"));
        client.subscribe(ResourceType.ROUTE, List.of(CARTS, OFFERS));
        assertThat(client.take().getOrDefault(ResourceType.ROUTE, Map.of()).values())
                .hasSize(2)
                .allMatch(Optional::isPresent);
        assertThat(client.all(ResourceType.ROUTE)).allSatisfy(route -> assertThat(route.size())
                .as("a client accepts at most 4 MB in one message")
                .isLessThan(200_000));

        long before = store.translatorCalls();
        manifests.publish(virtualEnvironment("e7", "data: {variables: {greeting: Hey}}"));
        manifests.publish(virtualEnvironment("e7", "components: {frontend: f2}"));
        assertThat(client.take()).isEmpty();
        assertThat(store.translatorCalls()).isEqualTo(before);

        manifests.publish(virtualEnvironment("e7", "components: {cart: c2}"));
        assertThat(client.take().getOrDefault(ResourceType.ROUTE, Map.of())).containsOnlyKeys(CARTS);

        manifests.publish(virtualEnvironment("new", ""));
        assertThat(client.take().getOrDefault(ResourceType.ROUTE, Map.of()))
                .as("a name that is not in the routes is unknown")
                .containsOnlyKeys(CARTS, OFFERS);
    }

    private static String virtualEnvironment(String name, String spec) {
        return """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {parent: main, %s}
                """.formatted(name, spec);
    }
}
