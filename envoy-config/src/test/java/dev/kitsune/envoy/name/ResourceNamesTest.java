package dev.kitsune.envoy.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.ClusterName.MirrorClusterName.Protocol;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourceNamesTest {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "77.a_0-10");
    private static final ComponentName LEDGER = new ComponentName("pay", "ledger");
    private static final AdapterName STRIPE = new AdapterName("shop", "stripe");

    @Test
    void every_name_is_read_back_as_what_it_was_written_from() {
        assertReadBack(new RouteName.GatewayRouteName(MAIN), RouteName::parse);
        assertReadBack(new RouteName.GatewayRouteName(RouteName.NO_CONTEXT), RouteName::parse);
        assertReadBack(new RouteName.OutboundRouteName(CART, MAIN), RouteName::parse);
        assertReadBack(new RouteName.InboundRouteName(CART, 8080, MAIN), RouteName::parse);
        assertReadBack(new RouteName.CountedRouteName(new RouteName.GatewayRouteName(MAIN)), RouteName::parse);
        assertReadBack(
                new RouteName.CountedRouteName(new RouteName.InboundRouteName(CART, 8080, MAIN)), RouteName::parse);
        assertReadBack(new RouteName.OutboundRouteName(CART, new VirtualEnvironmentName("counted")), RouteName::parse);
        assertReadBack(
                new RouteName.CountedRouteName(
                        new RouteName.OutboundRouteName(CART, new VirtualEnvironmentName("counted"))),
                RouteName::parse);
        assertReadBack(new ScopeName(Scopes.EAGER, new RouteName.OutboundRouteName(CART, MAIN)), ScopeName::parse);
        assertReadBack(new ScopeName(Scopes.ON_DEMAND, new RouteName.GatewayRouteName(MAIN)), ScopeName::parse);
        assertReadBack(new ClusterName.ComponentClusterName("dev", CART), ClusterName::parse);
        assertReadBack(
                new ClusterName.MirrorClusterName(Protocol.HTTP, new VirtualEnvironmentName("trial"), "dev", CART),
                ClusterName::parse);
        assertReadBack(
                new ClusterName.MirrorClusterName(Protocol.GRPC, new VirtualEnvironmentName("trial"), "dev", CART),
                ClusterName::parse);
        assertReadBack(
                new ClusterName.RefusedClusterName(ClusterName.RefusedClusterName.RefusalReason.UNKNOWN_ENVIRONMENT),
                ClusterName::parse);
        for (HttpVersion http : HttpVersion.values()) {
            assertReadBack(new ClusterName.AppClusterName(http, 65535), ClusterName::parse);
            assertReadBack(new ClusterName.AppWithSecretsClusterName(http, 8080, CART, MAIN), ClusterName::parse);
            assertReadBack(new ClusterName.EgressClusterName(http), ClusterName::parse);
        }
        assertReadBack(new ClusterName.AdapterClusterName(STRIPE, MAIN), ClusterName::parse);
        assertReadBack(new ClusterName.AdapterUpgrades(STRIPE, MAIN), ClusterName::parse);
        assertReadBack(new SecretName.AppHeader(CART, MAIN, "kitsune-secret-pin"), SecretName::parse);
        assertReadBack(new SecretName.AdapterHeader(STRIPE, MAIN, "authorization"), SecretName::parse);
        assertReadBack(new SecretName.AdapterTls(STRIPE, MAIN, SecretName.AdapterTls.TlsPart.ca), SecretName::parse);
        assertReadBack(new ListenerName.GatewayListenerName("::1", 8080, Scopes.ON_DEMAND), ListenerName::parse);
        assertReadBack(
                new ListenerName.InboundListenerName(CART, "cart-1", "127.0.0.1", 15000, 8080), ListenerName::parse);
        assertReadBack(new ListenerName.OutboundListenerName(CART, null, 15001), ListenerName::parse);
        assertReadBack(new ListenerName.LocalListenerName(CART, "cart-1", STRIPE, 15432), ListenerName::parse);
        assertReadBack(
                new ListenerName.GrpcListenerName(
                        new Proxy.GrpcProxy(CART.name(), "77.a_0-10", "cart-1"), "ledger.pay:443"),
                ListenerName::parse);
        assertReadBack(
                new ListenerName.GrpcListenerName(new Proxy.GrpcProxy(CART.name(), null, null), "ledger"),
                ListenerName::parse);
        assertReadBack(new RouteName.GrpcRouteName(CART, LEDGER, List.of("dev", "prod"), MAIN), RouteName::parse);
        assertReadBack(new RouteName.GrpcRouteName(CART, LEDGER, List.of(), RouteName.NO_CONTEXT), RouteName::parse);
    }

    @Test
    void a_name_says_what_an_operator_looks_for() {
        assertThat(new RouteName.OutboundRouteName(CART, MAIN)).hasToString("out/shop/cart@77.a_0-10/main");
        assertThat(new ClusterName.AdapterClusterName(STRIPE, MAIN)).hasToString("adapter/shop/stripe/main");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "gw",
                "gw/",
                "gw/main/more",
                "gw/main/counted/counted",
                "grpc/shop/cart@1/pay/ledger/*/main/counted",
                "out/shop/cart/main",
                "out/shop/cart@/main",
                "out/shop/cart@1@2/main",
                "in/shop/cart@1/0/main",
                "in/shop/cart@1/port/main",
                "app/8080/",
                "app-h1/8080",
                "app/8080/shop",
                "adapter/shop/stripe",
                "component/dev/shop/cart",
                "refused/whatever",
                "later/gw/main",
                "gateway/127.0.0.1/8080/later",
                "grpc/shop/cart/-/ledger",
                "grpc/shop/cart@1/-/a/path",
                "eager/grpc/shop/cart@1/pay/ledger/*/main"
            })
    void what_is_no_name_is_no_exception(String text) {
        assertThat(RouteName.parse(text)).isEmpty();
        assertThat(ScopeName.parse(text)).isEmpty();
        assertThat(ClusterName.parse(text)).isEmpty();
        assertThat(SecretName.parse(text)).isEmpty();
        assertThat(ListenerName.parse(text)).isEmpty();
    }

    private static <T> void assertReadBack(T name, Function<String, java.util.Optional<? super T>> parse) {
        assertThat(parse.apply(name.toString()).orElseThrow()).isEqualTo(name);
    }
}
