package dev.kitsune.envoy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the resources of a gRPC client without a sidecar. The tests in e2e use real clients. */
final class GrpcClientTest {
    private static final String C1 = "component/dev/shop/cart@c1";
    private static final String C2 = "component/dev/shop/cart@c2";
    private static final String UNKNOWN = "refused/unknown-environment";
    private static final Proxy.GrpcProxy FRONTEND = new Proxy.GrpcProxy(Shop.FRONTEND.name(), "f1", null);
    private static final String PLATFORM = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Platform
            metadata: {name: kitsune}
            spec: {defaultVirtualEnvironment: main}
            """;

    private final Snapshot shop = Shop.with(
            PLATFORM,
            Shop.child("green", "components: {cart: c2}"),
            Shop.child("same", "data: {variables: {greeting: Hey}}"),
            Shop.child("twin", ""));

    @ParameterizedTest
    @ValueSource(strings = {"cart", "cart:8080", "cart.shop", "cart.shop:443", "cart.shop.svc.cluster.local"})
    void a_declared_component_can_be_dialled_by_all_its_names(String host) throws Exception {
        assertThat(listener(FRONTEND, host, shop).getName()).isEqualTo("grpc/shop/frontend@f1/-/" + host);
        assertThat(manager(FRONTEND, host, shop).getRds().getRouteConfigName())
                .isEqualTo("grpc/shop/frontend@f1/shop/cart/*/main");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger", "stripe", "frontend", "cart.pay"})
    void undeclared_names_and_names_that_need_a_sidecar_are_refused(String host) throws Exception {
        RouteConfiguration routes = manager(FRONTEND, host, shop).getRouteConfig();

        assertThat(cluster(routes, Map.of("kitsune-env", "main"))).contains("refused/undeclared-dependency");
    }

    @Test
    void a_client_without_a_version_has_the_default_virtual_environments_version() throws Exception {
        Proxy.GrpcProxy unversioned = new Proxy.GrpcProxy(Shop.FRONTEND.name(), null, null);

        assertThat(routes(unversioned, shop).getName()).startsWith("grpc/shop/frontend@f1/shop/cart/");
        assertThat(manager(unversioned, "cart", Shop.with()).hasRds()).isFalse();
    }

    @Test
    void each_virtual_environment_reaches_its_version_and_an_unknown_one_none() throws Exception {
        RouteConfiguration routes = routes(FRONTEND, shop);

        assertThat(cluster(routes, Map.of("kitsune-env", "green"))).contains(C2);
        for (String virtualEnvironment : new String[] {"main", "same", "twin"}) {
            assertThat(cluster(routes, Map.of("kitsune-env", virtualEnvironment)))
                    .contains(C1);
        }
        assertThat(cluster(routes, Map.of())).contains(C1);
        for (String unknown : new String[] {"nowhere", "", "mai", "mainly", "same|twin", "green,main"}) {
            assertThat(cluster(routes, Map.of("kitsune-env", unknown))).contains(UNKNOWN);
        }
    }

    @Test
    void virtual_environments_with_the_same_choice_share_a_route() throws Exception {
        // There are two refusals, two routes to main, and one each for green, for main, same and twin, and for unknown
        // names.
        assertThat(routes(FRONTEND, shop).getVirtualHosts(0).getRoutesList()).hasSize(7);
    }

    @Test
    void a_context_that_no_client_can_follow_is_refused() throws Exception {
        RouteConfiguration routes = routes(FRONTEND, shop);

        assertThat(cluster(routes, Map.of("kitsune-env", "main", "kitsune-dep", "shop-next")))
                .contains("refused/app-deployment-needs-sidecar");
        assertThat(cluster(routes, Map.of("baggage", "a=b,kitsune-env=green")))
                .contains("refused/environment-in-baggage-alone");
        assertThat(cluster(routes, Map.of("baggage", "a=b"))).contains(C1);
        assertThat(cluster(routes, Map.of("baggage", "kitsune-env=main", "kitsune-env", "green")))
                .contains(C2);
    }

    @Test
    void without_a_default_virtual_environment_a_call_needs_a_context() throws Exception {
        RouteConfiguration routes = routes(FRONTEND, Shop.with());

        assertThat(cluster(routes, Map.of())).contains(UNKNOWN);
        assertThat(cluster(routes, Map.of("kitsune-env", "main"))).contains(C1);
    }

    @Test
    void a_workload_has_its_own_context_and_acts_only_for_its_environments() throws Exception {
        Snapshot bounded = Shop.with(PLATFORM, Shop.child("green", "components: {cart: c2}"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: prod}
                spec: {data: {variables: {greeting: Hi, stripeHost: "127.0.0.1:9"}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: live, namespace: shop}
                spec: {environment: prod, release: {apps: {shop: {appDeployment: shop-main}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: green-frontend, namespace: shop}
                spec: {app: shop, component: frontend, version: f1, environment: green, environments: [dev], endpoints: [{address: 127.0.0.1, port: 1}]}
                """);
        Proxy.GrpcProxy client = new Proxy.GrpcProxy(Shop.FRONTEND.name(), "f1", "green-frontend");
        RouteConfiguration routes = routes(client, bounded);

        assertThat(routes.getName()).isEqualTo("grpc/shop/frontend@f1/shop/cart/dev/green");
        assertThat(cluster(routes, Map.of())).contains(C2);
        assertThat(cluster(routes, Map.of("kitsune-env", "main"))).contains(C1);
        assertThat(cluster(routes, Map.of("kitsune-env", "live"))).contains(UNKNOWN);
        assertThat(Translator.entitled(
                        Audience.of(client, bounded),
                        ResourceType.ROUTE,
                        "grpc/shop/frontend@f1/shop/cart/*/green",
                        bounded))
                .isFalse();
    }

    @Test
    void a_declared_timeout_has_a_form_that_grpc_supports() throws Exception {
        Snapshot bounded = Shop.with(
                PLATFORM,
                Shop.child(
                        "green",
                        "components: {frontend: {version: f2, dependencies: {cart: {type: Component, timeout: 5s}}}}"));
        RouteConfiguration routes = routes(new Proxy.GrpcProxy(Shop.FRONTEND.name(), "f2", null), bounded);

        assertThat(route(routes, Map.of())
                        .orElseThrow()
                        .getRoute()
                        .getMaxStreamDuration()
                        .getMaxStreamDuration())
                .isEqualTo(Durations.fromSeconds(5));
    }

    @Test
    void a_virtual_environment_with_other_callers_only_changes_no_byte() throws Exception {
        RouteConfiguration before = routes(FRONTEND, Shop.with(PLATFORM, Shop.child("green", "")));

        assertThat(routes(FRONTEND, Shop.with(PLATFORM, Shop.child("green", "components: {frontend: f2}"))))
                .isEqualTo(before);
        assertThat(routes(FRONTEND, Shop.with(PLATFORM, Shop.child("green", "data: {variables: {greeting: Hey}}"))))
                .isEqualTo(before);
    }

    @Test
    void it_may_have_its_own_resources_and_no_secrets() {
        String route = "grpc/shop/frontend@f1/shop/cart/*/main";
        assertThat(Translator.entitled(Audience.of(FRONTEND, shop), ResourceType.ROUTE, route, shop))
                .isTrue();
        assertThat(Translator.entitled(Audience.of(FRONTEND, shop), ResourceType.CLUSTER, C2, shop))
                .isTrue();
        Proxy.GrpcProxy cart = new Proxy.GrpcProxy(Shop.CART.name(), "c1", null);
        assertThat(Translator.entitled(Audience.of(cart, shop), ResourceType.ROUTE, route, shop))
                .isFalse();
        assertThat(Translator.entitled(
                        Audience.of(cart, shop), ResourceType.LISTENER, "grpc/shop/frontend@f1/-/cart", shop))
                .isFalse();
        for (String secret : new String[] {
            "adapter/shop/stripe/main/header/authorization", "app/shop/cart@c1/main/kitsune-secret-pin"
        }) {
            assertThat(Translator.entitled(Audience.of(FRONTEND, shop), ResourceType.SECRET, secret, shop))
                    .isFalse();
        }
        assertThat(Translator.entitled(
                        Audience.of(FRONTEND, shop), ResourceType.CLUSTER, "adapter/shop/stripe/main", shop))
                .isFalse();
        for (ResourceType type : ResourceType.values()) {
            assertThat(Translator.wildcard(type, Audience.of(FRONTEND, shop), shop))
                    .isEmpty();
            assertThat(Translator.wildcard(type, Audience.of(FRONTEND, shop), new VirtualEnvironmentName("main"), shop))
                    .isEmpty();
        }
    }

    @Test
    void endpoints_have_the_form_that_grpc_accepts() {
        ClusterLoadAssignment endpoints = (ClusterLoadAssignment) translate(ResourceType.ENDPOINT, C1, shop);

        assertThat(endpoints.getEndpoints(0).hasLocality()).isTrue();
        assertThat(endpoints.getEndpoints(0).getLoadBalancingWeight().getValue())
                .isEqualTo(1);
        assertThat(((ClusterLoadAssignment) translate(ResourceType.ENDPOINT, UNKNOWN, shop)).getEndpointsCount())
                .isZero();
        assertThat(((Cluster) translate(ResourceType.CLUSTER, UNKNOWN, shop)).getType())
                .isEqualTo(Cluster.DiscoveryType.EDS);
    }

    private static Listener listener(Proxy.GrpcProxy client, String host, Snapshot from) {
        return (Listener)
                translate(ResourceType.LISTENER, new ListenerName.GrpcListenerName(client, host).toString(), from);
    }

    private static HttpConnectionManager manager(Proxy.GrpcProxy client, String host, Snapshot from) throws Exception {
        return listener(client, host, from).getApiListener().getApiListener().unpack(HttpConnectionManager.class);
    }

    private static RouteConfiguration routes(Proxy.GrpcProxy client, Snapshot from) throws Exception {
        String name = manager(client, "cart", from).getRds().getRouteConfigName();
        assertThat(Translator.entitled(Audience.of(client, from), ResourceType.ROUTE, name, from))
                .isTrue();
        return (RouteConfiguration) translate(ResourceType.ROUTE, name, from);
    }

    private static com.google.protobuf.Message translate(ResourceType type, String name, Snapshot from) {
        return Translator.translate(type, name, from).orElseThrow().resource();
    }

    private static Optional<String> cluster(RouteConfiguration routes, Map<String, String> headers) {
        return route(routes, headers).map(route -> route.getRoute().getCluster());
    }

    /** Returns the first route that matches for a gRPC client. */
    private static Optional<Route> route(RouteConfiguration routes, Map<String, String> headers) {
        return routes.getVirtualHosts(0).getRoutesList().stream()
                .filter(route -> route.getMatch().getHeadersList().stream()
                        .allMatch(matcher -> matches(matcher, headers.get(matcher.getName()))))
                .findFirst();
    }

    private static boolean matches(HeaderMatcher matcher, @org.jspecify.annotations.Nullable String value) {
        if (matcher.hasPresentMatch()) {
            return matcher.getPresentMatch() == (value != null);
        }
        StringMatcher text = matcher.getStringMatch();
        return value != null
                && switch (text.getMatchPatternCase()) {
                    case EXACT -> value.equals(text.getExact());
                    case CONTAINS -> value.contains(text.getContains());
                    case SAFE_REGEX -> value.matches(text.getSafeRegex().getRegex());
                    default -> throw new AssertionError(text);
                };
    }
}
