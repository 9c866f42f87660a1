package dev.kitsune.envoy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Checks the requirements that Envoy's behaviour has for every resource. Other tests use real Envoys. */
final class TranslatorTest {
    private static final String DEFAULT_FIX = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Platform
            metadata: {name: kitsune}
            spec: {defaultVirtualEnvironment: fix}
            """;

    private final Snapshot shop = Shop.with();

    /** Returns a child of main whose frontend declares two TCP adapters, each with its address and local port. */
    private static String twoAdapters(String one, String oneSpec, String other, String otherSpec) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: fix, namespace: shop}
                spec: {parent: main, components: {frontend: {version: f2, dependencies: {%1$s: {type: Adapter}, %3$s: {type: Adapter}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: %1$s, namespace: shop}
                spec: {tcp: %2$s}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: %3$s, namespace: shop}
                spec: {tcp: %4$s}
                """.formatted(one, oneSpec, other, otherSpec);
    }

    @Test
    void no_listener_shares_its_port() {
        Proxy.SidecarProxy sidecar = new Proxy.SidecarProxy(Shop.CART, null, "127.0.0.1", 1, 2, 3, Scopes.ON_DEMAND);
        assertThat(Translator.wildcard(ResourceType.LISTENER, Audience.of(sidecar, shop), shop))
                .hasSize(2)
                .allSatisfy(name -> {
                    Listener listener = (Listener) resource(ResourceType.LISTENER, name, shop);
                    assertThat(listener.getName()).isEqualTo(name);
                    assertThat(listener.hasEnableReusePort()).isTrue();
                    assertThat(listener.getEnableReusePort().getValue()).isFalse();
                });
    }

    @Test
    void a_local_port_belongs_to_a_virtual_environment_and_has_no_idle_timeout() throws Exception {
        String datastore = twoAdapters(
                "db", "{address: \"127.0.0.1:9\", listen: 15432}", "own", "{address: \"127.0.0.1:9\", listen: 3}");
        Proxy.SidecarProxy sidecar = new Proxy.SidecarProxy(
                new ComponentVersion("shop", "frontend", "f2"), null, "127.0.0.1", 1, 2, 3, Scopes.ON_DEMAND);
        assertThat(Translator.wildcard(
                        ResourceType.LISTENER, Audience.of(sidecar, Shop.with(datastore)), Shop.with(datastore)))
                .as("without a default virtual environment")
                .hasSize(2);

        Snapshot both = Shop.with(datastore, DEFAULT_FIX);
        String local = "local/shop/frontend@f2/-/shop/db/15432";
        assertThat(Translator.wildcard(ResourceType.LISTENER, Audience.of(sidecar, both), both))
                .as("an adapter cannot use the ports of the sidecar and its app")
                .hasSize(3)
                .endsWith(local);
        assertThat(Translator.entitled(Audience.of(sidecar, both), ResourceType.LISTENER, local, both))
                .isTrue();
        Listener listener = (Listener) resource(ResourceType.LISTENER, local, both);
        assertThat(listener.getEnableReusePort().getValue()).isFalse();
        assertThat(listener.getFilterChains(0)
                        .getFilters(0)
                        .getTypedConfig()
                        .unpack(TcpProxy.class)
                        .getIdleTimeout())
                .isEqualTo(Durations.ZERO);
    }

    /** A sidecar would connect to itself again and again until it has no sockets left and ends. */
    @Test
    void a_local_port_that_leads_back_to_itself_closes_connections() {
        Snapshot circle = Shop.with(
                twoAdapters(
                        "db",
                        "{address: \"localhost:15432\", listen: 15432}",
                        "out",
                        "{address: \"localhost:5432\", listen: 15433}"),
                DEFAULT_FIX);

        assertThat(filter("local/shop/frontend@f2/-/shop/db/15432", circle))
                .isEqualTo("envoy.filters.network.direct_response");
        assertThat(filter("local/shop/frontend@f2/-/shop/out/15433", circle))
                .isEqualTo("envoy.filters.network.tcp_proxy");
    }

    private static String filter(String listener, Snapshot snapshot) {
        return ((Listener) resource(ResourceType.LISTENER, listener, snapshot))
                .getFilterChains(0)
                .getFilters(0)
                .getName();
    }

    @Test
    void clusters_for_mirrors_are_sent_to_callers_and_have_a_time_limit() throws Exception {
        Snapshot mirrored = Shop.with("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: fix, namespace: shop}
                spec: {parent: main, mirror: [{component: cart, to: main, percent: 10}]}
                """);
        String http = "mirror/http/main/dev/shop/cart@c1";
        Proxy.SidecarProxy caller = new Proxy.SidecarProxy(Shop.FRONTEND, null, "127.0.0.1", 1, 2, 3, Scopes.ON_DEMAND);
        Proxy.SidecarProxy callee = new Proxy.SidecarProxy(Shop.CART, null, "127.0.0.1", 1, 2, 3, Scopes.ON_DEMAND);
        assertThat(Translator.wildcard(
                        ResourceType.CLUSTER,
                        Audience.of(caller, mirrored),
                        new VirtualEnvironmentName("fix"),
                        mirrored))
                .containsExactly(http, "mirror/grpc/main/dev/shop/cart@c1");
        assertThat(Translator.wildcard(
                        ResourceType.CLUSTER,
                        Audience.of(caller, mirrored),
                        new VirtualEnvironmentName("main"),
                        mirrored))
                .isEmpty();
        assertThat(Translator.wildcard(
                        ResourceType.CLUSTER,
                        Audience.of(callee, mirrored),
                        new VirtualEnvironmentName("fix"),
                        mirrored))
                .isEmpty();
        Cluster cluster = (Cluster) resource(ResourceType.CLUSTER, http, mirrored);
        HttpProtocolOptions options = cluster.getTypedExtensionProtocolOptionsMap()
                .values()
                .iterator()
                .next()
                .unpack(HttpProtocolOptions.class);
        assertThat(options.getCommonHttpProtocolOptions().getMaxStreamDuration())
                .isEqualTo(Durations.fromMinutes(5));
        assertThat(options.getHttpFilters(0).getName()).isEqualTo("kitsune.mirror");
    }

    @Test
    void a_percent_sign_in_a_value_starts_no_format() {
        RouteConfiguration routes =
                (RouteConfiguration) resource(ResourceType.ROUTE, "in/shop/cart@c1/8080/main", shop);
        assertThat(routes.getVirtualHosts(0)
                        .getRequestHeadersToAdd(0)
                        .getHeader()
                        .getValue())
                .isEqualTo("100%%");
    }

    @Test
    void every_forwarding_route_limits_silence_except_of_streams_and_has_an_origin() {
        for (String name :
                java.util.List.of("gw/main", "gw/-", "out/shop/frontend@f1/main", "in/shop/cart@c1/8080/main")) {
            RouteConfiguration routes = (RouteConfiguration) resource(ResourceType.ROUTE, name, shop);
            assertThat(routes.getValidateClusters().getValue()).isFalse();
            for (VirtualHost host : routes.getVirtualHostsList()) {
                assertThat(host.getRoutesList()).filteredOn(Route::hasRoute).allSatisfy(route -> {
                    assertThat(route.getRoute().hasIdleTimeout()).isTrue();
                    assertThat(route.getRoute().getIdleTimeout()).isEqualTo(Durations.ZERO);
                    assertThat(route.getRoute().getRetryPolicy().getPerTryIdleTimeout())
                            .isEqualTo(
                                    route.getMatch().hasGrpc() || isUpgrade(route)
                                            ? Durations.ZERO
                                            : Durations.fromMinutes(5));
                    assertThat((route.getMetadata().containsFilterMetadata(Origins.NAMESPACE)
                                            ? route.getMetadata()
                                            : host.getMetadata())
                                    .getFilterMetadataOrThrow(Origins.NAMESPACE)
                                    .getFieldsOrThrow(Origins.ORIGIN)
                                    .getStringValue())
                            .matches("[A-Za-z]+/shop/.+ spec.*");
                });
                assertThat(host.getRoutesList())
                        .as("routes of " + name)
                        .extracting(Route::getMatch)
                        .contains(RouteMatch.newBuilder().setPrefix("/").build());
            }
        }
    }

    @Test
    void a_secret_is_only_in_secrets() {
        for (String route : java.util.List.of("out/shop/frontend@f1/main", "in/shop/cart@c1/8080/main")) {
            assertThat(resource(ResourceType.ROUTE, route, shop).toString()).doesNotContain("sk-1", "1234");
        }
        for (String cluster : java.util.List.of("adapter/shop/stripe/main", "app/8080/shop/cart@c1/main")) {
            assertThat(resource(ResourceType.CLUSTER, cluster, shop).toString()).doesNotContain("sk-1", "1234");
        }
        Secret secret = (Secret) resource(ResourceType.SECRET, "adapter/shop/stripe/main/header/authorization", shop);
        assertThat(secret.getGenericSecret().getSecret().getInlineBytes().toStringUtf8())
                .isEqualTo("Bearer sk-1");
    }

    @Test
    void a_missing_secret_closes_its_component_and_its_adapter() {
        Snapshot without = Shop.with(Map.of());
        RouteConfiguration inbound =
                (RouteConfiguration) resource(ResourceType.ROUTE, "in/shop/cart@c1/8080/main", without);
        assertThat(inbound.getVirtualHosts(0).getRoutes(0).getDirectResponse().getStatus())
                .isEqualTo(503);
        assertThat(inbound.toString()).contains("secret pin is required");
        assertThat(resource(ResourceType.ROUTE, "out/shop/frontend@f1/main", without)
                        .toString())
                .contains("stripeKey");
    }

    @Test
    void a_missing_resource_that_is_subscribed_to_gets_a_stand_in() {
        assertThat(translate(ResourceType.ROUTE, "gw/gone", shop).standIn()).isTrue();
        Translated cluster = translate(ResourceType.CLUSTER, "adapter/shop/stripe/gone", shop);
        assertThat(cluster.standIn()).isTrue();
        assertThat(((Cluster) cluster.resource()).getLoadAssignment().getEndpointsCount())
                .isZero();
        Translated secret = translate(ResourceType.SECRET, "adapter/shop/stripe/gone/header/authorization", shop);
        assertThat(secret.standIn()).isTrue();
        assertThat(((Secret) secret.resource())
                        .getGenericSecret()
                        .getSecret()
                        .getInlineBytes()
                        .isEmpty())
                .isTrue();
        assertThat(translate(ResourceType.ENDPOINT, "component/dev/shop/cart@none", shop)
                        .resource()
                        .toString())
                .doesNotContain("lb_endpoints");
    }

    @Test
    void no_two_scopes_of_a_proxy_have_one_key() {
        Snapshot many =
                Shop.with(Shop.child("a", "components: {cart: c2}"), Shop.child("b", "data: {variables: {x: y}}"));
        Proxy sidecar = new Proxy.SidecarProxy(Shop.CART, null, "127.0.0.1", 1, 2, 3, Scopes.EAGER);
        assertThat(many.virtualEnvironments().keySet().stream()
                        .flatMap(e ->
                                Translator.wildcard(ResourceType.SCOPED_ROUTE, Audience.of(sidecar, many), e, many)
                                        .stream())
                        .map(name -> resource(ResourceType.SCOPED_ROUTE, name, many)
                                .toString()
                                .replaceAll("(?s).*string_key: \"([^\"]*)\".*", "$1")))
                .hasSize(6)
                .doesNotHaveDuplicates();
    }

    private static boolean isUpgrade(Route route) {
        return route.getMatch().getHeadersList().stream()
                .anyMatch(header -> header.getName().equals("upgrade"));
    }

    private static Translated translate(ResourceType type, String name, Snapshot from) {
        return Translator.translate(type, name, from).orElseThrow();
    }

    private static com.google.protobuf.Message resource(ResourceType type, String name, Snapshot from) {
        return translate(type, name, from).resource();
    }
}
