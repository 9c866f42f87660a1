package dev.kitsune.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An environment has routes of its own only where it differs for the proxy; else it shares its ancestor's. */
final class SharingTest {
    @Test
    void an_environment_without_differences_shares_all_routes_of_its_parent() {
        Snapshot shop = Shop.with(Shop.child("plain", "data: {variables: {unused: x}}"));

        assertThat(routesOf(shop, new RouteName.Gateway("plain"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, new RouteName.Outbound(Shop.FRONTEND, "plain")))
                .isEqualTo("out/shop/frontend@f1/main");
        assertThat(routesOf(shop, new RouteName.Inbound(Shop.CART, 80, "plain")))
                .isEqualTo("in/shop/cart@c1/80/main");
    }

    @Test
    void another_version_differs_for_its_callers_alone() {
        Snapshot shop = Shop.with(Shop.child("fix", "components: {cart: c2}"));

        assertThat(routesOf(shop, new RouteName.Gateway("fix"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, new RouteName.Outbound(Shop.FRONTEND, "fix"))).isEqualTo("out/shop/frontend@f1/fix");
        assertThat(routesOf(shop, new RouteName.Inbound(Shop.CART, 80, "fix"))).isEqualTo("in/shop/cart@c1/80/main");
    }

    @Test
    void another_value_differs_for_those_who_receive_it_alone() {
        Snapshot shop = Shop.with(Shop.child("hi", "data: {variables: {greeting: Hi}}"));

        assertThat(routesOf(shop, new RouteName.Gateway("hi"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, new RouteName.Inbound(Shop.CART, 80, "hi"))).isEqualTo("in/shop/cart@c1/80/hi");
        assertThat(routesOf(shop, new RouteName.Inbound(Shop.FRONTEND, 80, "hi")))
                .isEqualTo("in/shop/frontend@f1/80/main");
    }

    @Test
    void a_grandchild_shares_with_the_nearest_ancestor_that_differs() {
        String grandchild =
                Shop.child("deeper", "data: {variables: {unused: y}}").replace("parent: main", "parent: fix");
        Snapshot shop = Shop.with(Shop.child("fix", "components: {cart: c2}"), grandchild);

        assertThat(routesOf(shop, new RouteName.Outbound(Shop.FRONTEND, "deeper")))
                .isEqualTo("out/shop/frontend@f1/fix");
        assertThat(routesOf(shop, new RouteName.Gateway("deeper"))).isEqualTo("gw/main");
    }

    @Test
    void a_credential_of_its_own_makes_a_cluster_of_its_own() {
        Snapshot shop = Shop.with(
                Shop.child("key", "data: {secrets: {stripeKey: {secretRef: {name: pin, key: pin}}}}"),
                Shop.child("same", "data: {variables: {unused: x}}"));

        assertThat(text(shop, "out/shop/frontend@f1/key")).contains("adapter/shop/stripe/key");
        assertThat(routesOf(shop, new RouteName.Outbound(Shop.FRONTEND, "same")))
                .isEqualTo("out/shop/frontend@f1/main");
    }

    @Test
    void one_that_has_expired_shares_with_nobody_and_stands_in_nobody_s_way() {
        String same = Shop.child("same", "data: {variables: {unused: y}}").replace("parent: main", "parent: fix");
        String plain = Shop.child("plain", "unset: {components: [cart]}").replace("parent: main", "parent: fix");
        Snapshot shop = Shop.expired("fix", Shop.child("fix", "components: {cart: c2}"), same, plain);

        assertThat(routesOf(shop, new RouteName.Gateway("fix"))).isEqualTo("gw/fix");
        assertThat(routesOf(shop, new RouteName.Outbound(Shop.FRONTEND, "same")))
                .isEqualTo("out/shop/frontend@f1/same");
        assertThat(text(shop, "out/shop/frontend@f1/same")).contains("component/dev/shop/cart@c2");
        assertThat(routesOf(shop, new RouteName.Gateway("same"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, new RouteName.Outbound(Shop.FRONTEND, "plain")))
                .isEqualTo("out/shop/frontend@f1/main");
    }

    @Test
    void one_that_has_expired_answers_404_on_every_way() {
        Snapshot shop = Shop.expired("fix", Shop.child("fix", "components: {cart: c2}"));

        for (String route : List.of("gw/fix", "out/shop/frontend@f1/fix", "in/shop/cart@c1/80/fix")) {
            assertThat(text(shop, route))
                    .contains("status: 404", "has expired: no request of it came for 72h")
                    .doesNotContain("cluster: ");
        }
        assertThat(text(shop, "out/shop/frontend@f1/fix")).contains("connect_matcher");
        assertThat(text(shop, "gw/-")).contains("component/dev/shop/frontend@f1");
    }

    private static String routesOf(Snapshot shop, RouteName name) {
        ScopedRouteConfiguration scope = (ScopedRouteConfiguration)
                Translator.translate(ResourceType.SCOPED_ROUTE, new ScopeName(Scopes.ON_DEMAND, name).toString(), shop)
                        .orElseThrow()
                        .resource();
        assertThat(scope.getKey().getFragments(0).getStringKey()).isEqualTo(name.scopeKey());
        return scope.getRouteConfigurationName();
    }

    private static String text(Snapshot shop, String route) {
        return Translator.translate(ResourceType.ROUTE, route, shop)
                .orElseThrow()
                .resource()
                .toString();
    }
}
