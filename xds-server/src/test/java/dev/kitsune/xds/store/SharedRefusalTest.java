package dev.kitsune.xds.store;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.protocol.PublishedManifests;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rejected resource concerns the virtual environment in its name, and those that share its routes. */
class SharedRefusalTest {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName SAME = new VirtualEnvironmentName("same");
    private static final VirtualEnvironmentName OTHER = new VirtualEnvironmentName("other");
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {path: one}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: same, namespace: shop}
            spec: {parent: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: other, namespace: shop}
            spec: {parent: main, data: {variables: {path: two}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                frontend: {version: f1, routes: [{rule: "PathPrefix(`/{{.Vars.path}}`)"}]}
            """;

    private final SpoiltRoutes resources = new SpoiltRoutes();
    private final ResourceStore store = new ResourceStore(resources, new SimpleMeterRegistry());
    private final PublishedManifests manifests = new PublishedManifests(store);

    /** The gate finds a fault in the routes of this name. */
    private static final class SpoiltRoutes extends TranslatedResources {
        private String name = "";

        @Override
        public List<ConfigurationFault> faults(Translated made) {
            return made.resource() instanceof RouteConfiguration routes
                            && routes.getName().equals(name)
                    ? List.of(new ConfigurationFault("virtual_hosts", "something else", null))
                    : super.faults(made);
        }
    }

    @BeforeEach
    void publish() {
        manifests.publish(SHOP);
    }

    private Subscription gateway(Proxy.Scopes scopes) {
        Subscription stream = store.open(new Proxy.GatewayProxy("127.0.0.1", 8080, scopes), () -> {});
        List.of(CLUSTER, SCOPED_ROUTE).forEach(stream::subscribeWildcard);
        if (scopes == Proxy.Scopes.ON_DEMAND) {
            for (VirtualEnvironmentName name : List.of(MAIN, SAME, OTHER)) {
                stream.load(CLUSTER, new ScopeKey(ScopeKey.ALL, name));
                stream.load(SCOPED_ROUTE, new ScopeKey("gw", name));
            }
        }
        stream.subscribe(ROUTE, List.of("gw/main", "gw/other"));
        stream.take();
        stream.begun();
        store.whenTouched(() -> {});
        return stream;
    }

    private static Refusal refusal(ResourceType type, String name, int second) {
        return new Refusal(type, name, "1", "will not do " + second, "gateway", Instant.ofEpochSecond(second));
    }

    @ParameterizedTest
    @EnumSource
    void sharedRoutesConcernAllWhoseScopesLeadToThem(Proxy.Scopes scopes) {
        Subscription stream = gateway(scopes);
        assertThat(store.atProxies(SAME)).isEqualTo(new AtProxies(1, 1, 0, null));

        Refusal routes = refusal(ROUTE, "gw/main", 1);
        stream.refuses(List.of(routes));
        assertThat(store.takeTouched()).containsExactlyInAnyOrder(MAIN, SAME);
        assertThat(store.atProxies(MAIN)).isEqualTo(new AtProxies(1, 0, 1, routes));
        assertThat(store.atProxies(SAME)).isEqualTo(new AtProxies(1, 0, 1, routes));
        assertThat(store.atProxies(OTHER)).isEqualTo(new AtProxies(1, 1, 0, null));

        stream.refuses(List.of());
        assertThat(store.takeTouched()).containsExactlyInAnyOrder(MAIN, SAME);
        assertThat(store.atProxies(SAME)).isEqualTo(new AtProxies(1, 1, 0, null));
    }

    @ParameterizedTest
    @EnumSource
    void sharedRoutesThatAreNotPublishedConcernTheSameOnes(Proxy.Scopes scopes) {
        Subscription stream = gateway(scopes);
        resources.name = "gw/main";

        manifests.publish(SHOP.replace("path: one", "path: uno"));
        assertThat(store.takeTouched()).contains(MAIN, SAME);
        RefusedResource heldBack = store.refused().get(0);
        assertThat(heldBack.name()).isEqualTo("gw/main");
        assertThat(store.atProxies(MAIN).heldBack()).isEqualTo(heldBack);
        assertThat(store.atProxies(SAME).heldBack()).isEqualTo(heldBack);
        assertThat(store.atProxies(OTHER).heldBack()).isNull();
        assertThat(store.takeTouched()).isEmpty();

        resources.name = "";
        manifests.publish(SHOP.replace("path: one", "path: eins"));
        assertThat(store.takeTouched()).contains(MAIN, SAME);
        assertThat(store.atProxies(MAIN).heldBack()).isNull();
        assertThat(store.atProxies(SAME).heldBack()).isNull();
        stream.close();
    }

    @Test
    void whatNobodyNeedsAnyMoreConcernsNobody() {
        Subscription stream = gateway(Proxy.Scopes.ON_DEMAND);
        resources.name = "gw/other";
        manifests.publish(SHOP.replace("path: two", "path: due"));
        assertThat(store.atProxies(OTHER).heldBack()).isNotNull();
        assertThat(store.takeTouched()).contains(OTHER);

        stream.close();

        assertThat(store.atProxies(OTHER)).isEqualTo(AtProxies.NONE);
        assertThat(store.takeTouched()).contains(OTHER);
    }

    @Test
    void theEarliestRejectionIsShown() {
        Subscription stream = gateway(Proxy.Scopes.ON_DEMAND);
        Refusal scope = refusal(SCOPED_ROUTE, "on-demand/gw/main", 1);

        stream.refuses(List.of(refusal(ROUTE, "gw/main", 2), scope));

        assertThat(store.atProxies(MAIN).refusal()).isEqualTo(scope);
    }

    @Test
    void aResourceOfNoVirtualEnvironmentConcernsNone() {
        Subscription stream = gateway(Proxy.Scopes.ON_DEMAND);

        stream.refuses(List.of(refusal(CLUSTER, "component/dev/shop/frontend@f1", 1)));

        assertThat(store.takeTouched()).isEmpty();
        assertThat(store.atProxies(MAIN)).isEqualTo(new AtProxies(1, 1, 0, null));
    }
}
