package dev.kitsune.envoy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A virtual environment has its own routes only if it differs for the proxy. Otherwise it shares its ancestor's. */
final class SharingTest {
    @Test
    void a_virtual_environment_without_differences_shares_all_routes_of_its_parent() {
        Snapshot shop = Shop.with(Shop.child("plain", "data: {variables: {unused: x}}"));

        assertThat(routesOf(shop, gateway("plain"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, outbound("plain"))).isEqualTo("out/shop/frontend@f1/main/shared");
        assertThat(routesOf(shop, inbound(Shop.CART, "plain"))).isEqualTo("in/shop/cart@c1/80/main");
    }

    @Test
    void another_version_only_changes_the_routes_of_its_callers() {
        Snapshot shop = Shop.with(Shop.child("fix", "components: {cart: c2}"));

        assertThat(routesOf(shop, gateway("fix"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, outbound("fix"))).isEqualTo("out/shop/frontend@f1/fix");
        assertThat(routesOf(shop, inbound(Shop.CART, "fix"))).isEqualTo("in/shop/cart@c1/80/main");
    }

    @Test
    void another_value_only_changes_the_routes_of_its_receivers() {
        Snapshot shop = Shop.with(Shop.child("hi", "data: {variables: {greeting: Hi}}"));

        assertThat(routesOf(shop, gateway("hi"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, inbound(Shop.CART, "hi"))).isEqualTo("in/shop/cart@c1/80/hi");
        assertThat(routesOf(shop, inbound(Shop.FRONTEND, "hi"))).isEqualTo("in/shop/frontend@f1/80/main");
    }

    @Test
    void a_grandchild_shares_with_the_nearest_ancestor_that_differs() {
        String grandchild =
                Shop.child("deeper", "data: {variables: {unused: y}}").replace("parent: main", "parent: fix");
        Snapshot shop = Shop.with(Shop.child("fix", "components: {cart: c2}"), grandchild);

        assertThat(routesOf(shop, outbound("deeper"))).isEqualTo("out/shop/frontend@f1/fix/shared");
        assertThat(routesOf(shop, gateway("deeper"))).isEqualTo("gw/main");
    }

    @Test
    void a_virtual_environment_with_its_own_credential_has_its_own_routes() {
        Snapshot shop = Shop.with(
                Shop.child("key", "data: {secrets: {stripeKey: {secretRef: {name: pin, key: pin}}}}"),
                Shop.child("same", "data: {variables: {unused: x}}"));

        assertThat(routesOf(shop, outbound("key"))).isEqualTo("out/shop/frontend@f1/key");
        assertThat(text(shop, "out/shop/frontend@f1/key")).contains("adapter/shop/stripe/key/header/authorization");
        assertThat(routesOf(shop, outbound("same"))).isEqualTo("out/shop/frontend@f1/main/shared");
    }

    @Test
    void an_expired_virtual_environment_shares_no_routes_and_its_children_share_with_its_parent() {
        String same = Shop.child("same", "data: {variables: {unused: y}}").replace("parent: main", "parent: fix");
        String plain = Shop.child("plain", "unset: {components: [cart]}").replace("parent: main", "parent: fix");
        Snapshot shop = Shop.expired("fix", Shop.child("fix", "components: {cart: c2}"), same, plain);

        assertThat(routesOf(shop, gateway("fix"))).isEqualTo("gw/fix");
        assertThat(routesOf(shop, outbound("same"))).isEqualTo("out/shop/frontend@f1/same");
        assertThat(text(shop, "out/shop/frontend@f1/same")).contains("component/dev/shop/cart@c2");
        assertThat(routesOf(shop, gateway("same"))).isEqualTo("gw/main");
        assertThat(routesOf(shop, outbound("plain"))).isEqualTo("out/shop/frontend@f1/main/shared");
    }

    @Test
    void an_expired_virtual_environment_answers_404_for_every_proxy() {
        Snapshot shop = Shop.expired("fix", Shop.child("fix", "components: {cart: c2}"));

        for (String route : List.of("gw/fix", "out/shop/frontend@f1/fix", "in/shop/cart@c1/80/fix")) {
            assertThat(text(shop, route))
                    .contains("status: 404", "has expired: no request used it for 72h")
                    .doesNotContain("cluster: ");
        }
        assertThat(text(shop, "out/shop/frontend@f1/fix")).contains("connect_matcher");
        assertThat(text(shop, "gw/-")).contains("component/dev/shop/frontend@f1");
    }

    @Test
    void a_counted_virtual_environment_shares_counted_routes_and_its_children_may_differ() {
        String idle = "expiresAfter: {idle: 72h}";
        String grandchild = Shop.child("plain", "expiresAfter: {age: 9d}").replace("parent: main", "parent: fix");
        Snapshot shop = Shop.with(
                Shop.child("one", idle),
                Shop.child("other", "expiresAfter: {idle: 1h, pinned: true}"),
                Shop.child("fix", idle + ", components: {cart: c2}"),
                grandchild);

        assertThat(routesOf(shop, gateway("one"))).isEqualTo("gw/main/counted");
        assertThat(routesOf(shop, gateway("other"))).isEqualTo("gw/main/counted");
        assertThat(routesOf(shop, outbound("fix"))).isEqualTo("out/shop/frontend@f1/fix/counted");
        assertThat(routesOf(shop, outbound("plain"))).isEqualTo("out/shop/frontend@f1/fix/shared");
        assertThat(routesOf(shop, inbound(Shop.CART, "fix"))).isEqualTo("in/shop/cart@c1/80/main/counted");
        assertThat(text(shop, "gw/main/counted")).contains("kitsune.use");
        assertThat(text(shop, "gw/main")).doesNotContain("kitsune.use");
    }

    @Test
    void ten_thousand_counted_virtual_environments_share_one_route() {
        String[] children = IntStream.range(0, 10_000)
                .mapToObj(i -> Shop.child("e" + i, "expiresAfter: {idle: 72h}"))
                .toArray(String[]::new);
        Snapshot shop = Shop.with(children);

        assertThat(IntStream.range(0, children.length)
                        .mapToObj(i -> routesOf(shop, outbound("e" + i)))
                        .distinct())
                .containsExactly("out/shop/frontend@f1/main/shared/counted");
    }

    private static String routesOf(Snapshot shop, RouteName name) {
        ScopedRouteConfiguration scope = (ScopedRouteConfiguration)
                Translator.translate(ResourceType.SCOPED_ROUTE, new ScopeName(Scopes.ON_DEMAND, name).toString(), shop)
                        .orElseThrow()
                        .resource();
        assertThat(scope.getKey().getFragments(0).getStringKey())
                .isEqualTo(name.scopeKey().toString());
        return scope.getRouteConfigurationName();
    }

    private static String text(Snapshot shop, String route) {
        return Translator.translate(ResourceType.ROUTE, route, shop)
                .orElseThrow()
                .resource()
                .toString();
    }

    private static RouteName gateway(String virtualEnvironment) {
        return new RouteName.GatewayRouteName(new VirtualEnvironmentName(virtualEnvironment));
    }

    private static RouteName outbound(String virtualEnvironment) {
        return new RouteName.OutboundRouteName(Shop.FRONTEND, new VirtualEnvironmentName(virtualEnvironment));
    }

    private static RouteName inbound(ComponentVersion callee, String virtualEnvironment) {
        return new RouteName.InboundRouteName(callee, 80, new VirtualEnvironmentName(virtualEnvironment));
    }
}
