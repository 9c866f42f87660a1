package dev.kitsune.envoy.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.CallCapture;
import dev.kitsune.envoy.Proxy.CredentialsBy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.ClusterName.MirrorClusterName.Protocol;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.PeerIdentity;
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
    void every_name_is_parsed_to_its_original_value() {
        assertParsed(new RouteName.GatewayRouteName(MAIN), RouteName::parse);
        assertParsed(new RouteName.GatewayRouteName(RouteName.NO_CONTEXT), RouteName::parse);
        assertParsed(new RouteName.OutboundRouteName(CART, MAIN), RouteName::parse);
        assertParsed(new RouteName.OutboundRouteName(CART, MAIN).ofDescendants(), RouteName::parse);
        assertParsed(
                new RouteName.CountedRouteName(new RouteName.OutboundRouteName(CART, MAIN).ofDescendants()),
                RouteName::parse);
        assertParsed(new RouteName.OutboundRouteName(CART, new VirtualEnvironmentName("shared")), RouteName::parse);
        assertParsed(new RouteName.InboundRouteName(CART, 8080, MAIN), RouteName::parse);
        assertParsed(new RouteName.InboundRouteName(CART, 8080, MAIN, CredentialsBy.CLUSTER), RouteName::parse);
        assertParsed(new RouteName.OutboundRouteName(CART, MAIN, CredentialsBy.CLUSTER), RouteName::parse);
        assertParsed(
                new RouteName.OutboundRouteName(CART, MAIN, CredentialsBy.CLUSTER).ofDescendants(), RouteName::parse);
        assertParsed(
                new RouteName.CountedRouteName(
                        new RouteName.OutboundRouteName(CART, MAIN, CredentialsBy.CLUSTER).ofDescendants()),
                RouteName::parse);
        assertParsed(
                new RouteName.OutboundRouteName(CART, new VirtualEnvironmentName("by-cluster"), CredentialsBy.CLUSTER),
                RouteName::parse);
        assertParsed(new RouteName.CountedRouteName(new RouteName.GatewayRouteName(MAIN)), RouteName::parse);
        assertParsed(
                new RouteName.CountedRouteName(new RouteName.InboundRouteName(CART, 8080, MAIN)), RouteName::parse);
        assertParsed(new RouteName.OutboundRouteName(CART, new VirtualEnvironmentName("counted")), RouteName::parse);
        assertParsed(
                new RouteName.CountedRouteName(
                        new RouteName.OutboundRouteName(CART, new VirtualEnvironmentName("counted"))),
                RouteName::parse);
        assertParsed(new ScopeName(Scopes.EAGER, new RouteName.OutboundRouteName(CART, MAIN)), ScopeName::parse);
        assertParsed(new ScopeName(Scopes.ON_DEMAND, new RouteName.GatewayRouteName(MAIN)), ScopeName::parse);
        assertParsed(new ClusterName.ComponentClusterName("dev", CART), ClusterName::parse);
        for (PeerIdentity peer : List.of(PeerIdentity.GATEWAY, new PeerIdentity(LEDGER))) {
            assertParsed(new ClusterName.ComponentClusterName("dev", CART, peer), ClusterName::parse);
            assertParsed(new ClusterName.MirrorClusterName(Protocol.HTTP, MAIN, "dev", CART, peer), ClusterName::parse);
            assertParsed(new SecretName.PeerCertificate(peer), SecretName::parse);
        }
        assertParsed(new SecretName.PeerAuthorities(), SecretName::parse);
        assertParsed(
                new ClusterName.MirrorClusterName(Protocol.HTTP, new VirtualEnvironmentName("trial"), "dev", CART),
                ClusterName::parse);
        assertParsed(
                new ClusterName.MirrorClusterName(Protocol.GRPC, new VirtualEnvironmentName("trial"), "dev", CART),
                ClusterName::parse);
        assertParsed(
                new ClusterName.RefusedClusterName(ClusterName.RefusedClusterName.RefusalReason.UNKNOWN_ENVIRONMENT),
                ClusterName::parse);
        for (HttpVersion http : HttpVersion.values()) {
            assertParsed(new ClusterName.AppClusterName(http, 65535), ClusterName::parse);
            assertParsed(new ClusterName.AppWithSecretsClusterName(http, 8080, CART, MAIN), ClusterName::parse);
            assertParsed(
                    new ClusterName.AppWithSecretsClusterName(http, 8080, CART, new VirtualEnvironmentName("needs")),
                    ClusterName::parse);
            assertParsed(
                    new ClusterName.AppNeedingSecretsClusterName(
                            http, 8080, CART, List.of("kitsune-secret-pin", "kitsune-secret-token")),
                    ClusterName::parse);
            assertParsed(new ClusterName.EgressClusterName(http), ClusterName::parse);
        }
        assertParsed(new ClusterName.AdapterClusterName(STRIPE, MAIN), ClusterName::parse);
        assertParsed(new ClusterName.AdapterClusterName(STRIPE, MAIN, "5d1f3c0a"), ClusterName::parse);
        assertParsed(
                new ClusterName.AdapterUpgrades(new ClusterName.AdapterClusterName(STRIPE, MAIN)), ClusterName::parse);
        assertParsed(new ClusterName.AdapterUpgrades(STRIPE, MAIN, "5d1f3c0a"), ClusterName::parse);
        assertParsed(new SecretName.NoSecret(), SecretName::parse);
        assertParsed(new SecretName.AppHeader(CART, MAIN, "kitsune-secret-pin"), SecretName::parse);
        assertParsed(new SecretName.AdapterHeader(STRIPE, MAIN, "authorization"), SecretName::parse);
        assertParsed(new SecretName.AdapterTls(STRIPE, MAIN, SecretName.AdapterTls.TlsPart.ca), SecretName::parse);
        assertParsed(new ListenerName.GatewayListenerName("::1", 8080, Scopes.ON_DEMAND, null), ListenerName::parse);
        assertParsed(new ListenerName.GatewayListenerName("::1", 8080, Scopes.EAGER, 8443), ListenerName::parse);
        assertParsed(new ListenerName.GatewayTlsListenerName("::1", 8443, Scopes.ON_DEMAND), ListenerName::parse);
        assertParsed(new SecretName.GatewayCertificate("shop-tls"), SecretName::parse);
        assertParsed(
                new ListenerName.InboundListenerName(
                        CART, MAIN, "127.0.0.1", 15000, 8080, List.of("kitsune-dep", "kitsune-env")),
                ListenerName::parse);
        assertParsed(
                new ListenerName.InboundListenerName(CART, null, "127.0.0.1", 15000, 8080, List.of()),
                ListenerName::parse);
        assertParsed(
                new ListenerName.OutboundListenerName(
                        CART, null, 15001, List.of("kitsune-env"), CallCapture.TRANSPARENT),
                ListenerName::parse);
        assertParsed(
                new ListenerName.OutboundListenerName(CART, null, 15001, List.of(), CallCapture.EXPLICIT),
                ListenerName::parse);
        assertParsed(new ListenerName.LocalListenerName(CART, MAIN, STRIPE, 15432), ListenerName::parse);
        assertParsed(
                new ListenerName.GrpcListenerName(
                        new Proxy.GrpcProxy(CART.name(), "77.a_0-10", "cart-1"), "ledger.pay:443"),
                ListenerName::parse);
        assertParsed(
                new ListenerName.GrpcListenerName(new Proxy.GrpcProxy(CART.name(), null, null), "ledger"),
                ListenerName::parse);
        assertParsed(
                new RouteName.GrpcRouteName(CART, LEDGER, List.of("dev", "prod"), new VirtualEnvironmentName("main")),
                RouteName::parse);
        assertParsed(new RouteName.GrpcRouteName(CART, LEDGER, List.of(), RouteName.NO_CONTEXT), RouteName::parse);
    }

    @Test
    void a_name_contains_what_an_operator_needs() {
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
                "adapter/shop/stripe/main/5d1f/more",
                "app/8080/shop/cart@1/needs/",
                "none/none",
                "component/dev/shop/cart",
                "refused/whatever",
                "later/gw/main",
                "gateway/127.0.0.1/8080/later",
                "grpc/shop/cart/-/ledger",
                "grpc/shop/cart@1/-/a/path",
                "eager/grpc/shop/cart@1/pay/ledger/*/main"
            })
    void an_invalid_name_throws_no_exception(String text) {
        assertThat(RouteName.parse(text)).isEmpty();
        assertThat(ScopeName.parse(text)).isEmpty();
        assertThat(ClusterName.parse(text)).isEmpty();
        assertThat(SecretName.parse(text)).isEmpty();
        assertThat(ListenerName.parse(text)).isEmpty();
    }

    private static <T> void assertParsed(T name, Function<String, java.util.Optional<? super T>> parse) {
        assertThat(parse.apply(name.toString()).orElseThrow()).isEqualTo(name);
    }
}
