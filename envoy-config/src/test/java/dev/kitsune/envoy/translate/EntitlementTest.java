package dev.kitsune.envoy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A proxy that guesses a name may not have the resource unless it is entitled to it. */
final class EntitlementTest {
    private static final Proxy GATEWAY = new Proxy.GatewayProxy("127.0.0.1", 8080, Scopes.ON_DEMAND);

    private final Snapshot shop = Shop.with();

    @Test
    void a_sidecar_may_have_the_secrets_that_its_component_declares() {
        assertThat(may(sidecar(Shop.FRONTEND), ResourceType.SECRET, "adapter/shop/stripe/main/header/authorization"))
                .isTrue();
        assertThat(may(sidecar(Shop.CART), ResourceType.SECRET, "app/shop/cart@c1/main/kitsune-secret-pin"))
                .isTrue();
    }

    @Test
    void no_other_proxy_may_have_them() {
        String adapter = "adapter/shop/stripe/main/header/authorization";
        String pin = "app/shop/cart@c1/main/kitsune-secret-pin";
        assertThat(may(sidecar(Shop.CART), ResourceType.SECRET, adapter)).isFalse();
        assertThat(may(sidecar(Shop.FRONTEND), ResourceType.SECRET, pin)).isFalse();
        for (String secret : List.of(adapter, pin)) {
            assertThat(may(GATEWAY, ResourceType.SECRET, secret)).isFalse();
        }
    }

    @Test
    void routes_and_listeners_belong_to_one_proxy() {
        assertThat(may(sidecar(Shop.CART), ResourceType.ROUTE, "in/shop/cart@c1/8080/main"))
                .isTrue();
        assertThat(may(sidecar(Shop.CART), ResourceType.ROUTE, "out/shop/frontend@f1/main"))
                .isFalse();
        assertThat(may(sidecar(Shop.CART), ResourceType.ROUTE, "gw/main")).isFalse();
        assertThat(may(GATEWAY, ResourceType.ROUTE, "gw/main")).isTrue();
        assertThat(may(GATEWAY, ResourceType.LISTENER, "gateway/127.0.0.1/8080/on-demand"))
                .isTrue();
        assertThat(may(GATEWAY, ResourceType.LISTENER, "gateway/0.0.0.0/8080/on-demand"))
                .isFalse();
    }

    @Test
    void only_gateways_with_tls_may_have_the_certificates_that_the_platform_names() {
        Snapshot secured = Shop.with("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {gateway: {tls: {certificates: [{secretRef: {name: shop-tls}}]}}}
                """);
        Audience gateway = new Proxy.GatewayProxy("127.0.0.1", 8080, 8443, Scopes.ON_DEMAND);
        String named = "gateway/tls/shop-tls";
        assertThat(Translator.entitled(gateway, ResourceType.SECRET, named, secured))
                .isTrue();
        assertThat(Translator.entitled(gateway, ResourceType.SECRET, "gateway/tls/pay", secured))
                .isFalse();
        assertThat(Translator.entitled(gateway, ResourceType.SECRET, named, shop))
                .isFalse();
        for (Proxy other : List.of(GATEWAY, sidecar(Shop.FRONTEND), sidecar(Shop.CART))) {
            assertThat(Translator.entitled(Audience.of(other, secured), ResourceType.SECRET, named, secured))
                    .as("%s", other)
                    .isFalse();
            assertThat(Translator.entitled(
                            Audience.of(other, secured),
                            ResourceType.LISTENER,
                            "gateway-tls/127.0.0.1/8443/on-demand",
                            secured))
                    .isFalse();
        }
        assertThat(Translator.translate(ResourceType.SECRET, "gateway/tls/stripe", secured))
                .as("a Secret that the Platform does not name has no value here")
                .isEmpty();
    }

    @Test
    void a_workload_of_one_environment_may_have_nothing_of_another() {
        Snapshot bounded = Shop.with("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart-prod, namespace: shop}
                spec: {app: shop, component: cart, version: c1, environments: [prod], endpoints: [{address: 127.0.0.1, port: 1}]}
                """);
        Proxy prod = new Proxy.SidecarProxy(Shop.CART, "cart-prod", "127.0.0.1", 1, 2, 3, Scopes.ON_DEMAND);
        Proxy any = new Proxy.SidecarProxy(Shop.CART, "cart-1", "127.0.0.1", 1, 2, 3, Scopes.ON_DEMAND);
        String pin = "app/shop/cart@c1/main/kitsune-secret-pin";

        assertThat(Translator.wildcard(
                        ResourceType.SCOPED_ROUTE,
                        Audience.of(prod, bounded),
                        new VirtualEnvironmentName("main"),
                        bounded))
                .isEmpty();
        assertThat(Translator.entitled(Audience.of(prod, bounded), ResourceType.SECRET, pin, bounded))
                .isFalse();
        assertThat(Translator.wildcard(
                        ResourceType.SCOPED_ROUTE,
                        Audience.of(any, bounded),
                        new VirtualEnvironmentName("main"),
                        bounded))
                .hasSize(2);
        assertThat(Translator.entitled(Audience.of(any, bounded), ResourceType.SECRET, pin, bounded))
                .isTrue();
        assertThat(Translator.translate(ResourceType.ENDPOINT, "component/dev/shop/cart@c1", bounded)
                        .orElseThrow()
                        .resource()
                        .toString())
                .contains("19102")
                .doesNotContain("port_value: 1\n");
    }

    private boolean may(Proxy proxy, ResourceType type, String name) {
        return Translator.entitled(Audience.of(proxy, shop), type, name, shop);
    }

    private static Proxy sidecar(ComponentVersion component) {
        return new Proxy.SidecarProxy(component, null, "127.0.0.1", 15000, 15001, 8080, Scopes.ON_DEMAND);
    }
}
