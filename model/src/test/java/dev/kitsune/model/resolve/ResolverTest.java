package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Adapter.Behaviour;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static final ComponentName CART = new ComponentName("shop", "cart");

    @Test
    void resolvesTheShopWithoutProblems() {
        Mesh mesh = Shop.mesh()
                .file(
                        "workloads.yaml",
                        Shop.object(
                                "Workload",
                                "shop",
                                "cart-1",
                                "app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 1}]"),
                        Shop.object(
                                "Workload",
                                "shop",
                                "frontend-1",
                                "app: shop, component: frontend, version: f1,"
                                        + " endpoints: [{address: 127.0.0.1, port: 2}]"))
                .resolve();

        assertThat(mesh.problems()).isEmpty();
        ResolvedVirtualEnvironment main = mesh.virtualEnvironment("main");
        assertThat(main.environment()).isEqualTo("dev");
        assertThat(main.ownApps()).containsExactly("shop");
        assertThat(mesh.snapshot().released()).containsOnlyKeys(new VirtualEnvironmentName("main"));
        assertThat(mesh.version("main", "shop", "cart")).isEqualTo("c1");
        assertThat(main.routes()).singleElement().satisfies(route -> {
            assertThat(route.rule().predicates())
                    .containsExactly(new Rule.Host("shop.localhost"), new Rule.PathPrefix("/all"));
            assertThat(route.target()).isEqualTo(new ComponentVersion("shop", "frontend", "f1"));
            assertThat(route.origin().field()).isEqualTo("spec.components.frontend.routes[0]");
        });
        assertThat(mesh.snapshot().workloads(new ComponentVersion(CART, "c1"))).hasSize(1);
    }

    @Test
    void resolvesAnHttpAdapter() {
        Mesh mesh = Shop.mesh().resolve();

        SecretLocation token = new SecretLocation(new SecretId("", "stripe"), "token");
        assertThat(mesh.virtualEnvironment("main").adapters().get(new AdapterName("shop", "stripe")))
                .isEqualTo(new ResolvedAdapter.HttpAdapter(
                        false,
                        new ResolvedAdapter.ResolvedTarget(
                                "api.example.com",
                                443,
                                new ResolvedAdapter.ResolvedTls(null, null, "api.example.com", List.of(), false)),
                        "/v1",
                        Map.of("shop", "Hello"),
                        Map.of(
                                "authorization",
                                new HeaderValue.WithSecrets(List.of(
                                        new HeaderValue.ValuePart.LiteralPart("Bearer "),
                                        new HeaderValue.ValuePart.SecretAt(token))),
                                "x-shop",
                                new HeaderValue.Plain("Hello")),
                        Behaviour.DEFAULT,
                        new Origin(new ObjectKey(Kind.Adapter, "shop", "stripe"), "spec.http")));
    }

    @Test
    void aChildHasTheNearestValuesAndSharesTheRest() {
        Mesh mesh = Shop.mesh()
                .file(
                        "fix.yaml",
                        Shop.virtualEnvironment(
                                "fix", "parent: main, data: {variables: {greeting: Howdy}}, components: {cart: c2}"),
                        Shop.virtualEnvironment("grandchild", "parent: fix, components: {cart: c3}"),
                        Shop.virtualEnvironment(
                                "reset", "parent: grandchild, unset: {variables: [shards], components: [cart]}"))
                .resolve();

        assertThat(mesh.errors()).isEmpty();
        ResolvedVirtualEnvironment main = mesh.virtualEnvironment("main");
        ResolvedVirtualEnvironment fix = mesh.virtualEnvironment("fix");
        ResolvedVirtualEnvironment grandchild = mesh.virtualEnvironment("grandchild");
        ResolvedVirtualEnvironment reset = mesh.virtualEnvironment("reset");
        assertThat(greeting(fix)).isEqualTo("Howdy");
        assertThat(greeting(grandchild)).isEqualTo("Howdy");
        assertThat(reset.overlay().variables()).doesNotContainKey("shards");
        assertThat(List.of("main", "fix", "grandchild", "reset"))
                .extracting(e -> mesh.version(e, "shop", "cart"))
                .containsExactly("c1", "c2", "c3", "c1");
        assertThat(fix.ownApps()).isEmpty();
        assertThat(fix.apps()).isSameAs(main.apps());
        assertThat(fix.routes()).isSameAs(main.routes());
        assertThat(grandchild.overlay()).isSameAs(fix.overlay());
        assertThat(grandchild.adapters()).isSameAs(fix.adapters());
        Declaration declaration = Objects.requireNonNull(mesh.snapshot().declaration(new ComponentVersion(CART, "c2")));
        assertThat(declaration.secrets()).containsKey("stripeKey");
        assertThat(declaration.origin().object().name()).isEqualTo("fix");
        assertThat(Delivery.of(declaration, fix).secrets()).hasSize(1);
    }

    private static String greeting(ResolvedVirtualEnvironment virtualEnvironment) {
        return Objects.requireNonNull(virtualEnvironment.overlay().variables().get("greeting"))
                .value()
                .text();
    }
}
