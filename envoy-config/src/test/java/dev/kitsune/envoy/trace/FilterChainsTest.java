package dev.kitsune.envoy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.AddressRange;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.TrustedProxies;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The trace chooses the same filter chain as Envoy. */
class FilterChainsTest {
    private static final Proxy.GatewayProxy GATEWAY = new Proxy.GatewayProxy("127.0.0.1", 8080, Scopes.ON_DEMAND);

    @Test
    void aCallerFromATrustedRangeGetsTheTrustingChain() {
        Listener listener = listener(ranges(new AddressRange("10.0.0.0", 8), new AddressRange("2001:db8::", 32)));
        assertThat(listener.getFilterChainsCount()).isEqualTo(2);
        assertThat(trusts(listener, "10.255.255.255")).isTrue();
        assertThat(trusts(listener, "2001:db8:ffff::1")).isTrue();
        assertThat(trusts(listener, "11.0.0.0")).isFalse();
        assertThat(trusts(listener, "2001:db9::")).isFalse();
        assertThat(trusts(listener, "127.0.0.1")).isFalse();
    }

    @Test
    void withHopsEveryCallerIsTrustedAndByDefaultNone() {
        assertThat(trusts(listener(new TrustedProxies.Hops(2)), "11.0.0.0")).isTrue();
        assertThat(trusts(listener(null), "127.0.0.1")).isFalse();
    }

    @Test
    void theSchemeOfATrustedClientIsKept() {
        assertThat(scheme(null)).isEqualTo("http");
        assertThat(scheme(ranges(new AddressRange("10.0.0.0", 8)))).isEqualTo("http");
        assertThat(scheme(ranges(new AddressRange("127.0.0.1", 32)))).isEqualTo("https");
        assertThat(scheme(new TrustedProxies.Hops(1))).isEqualTo("https");
    }

    private static String scheme(@Nullable TrustedProxies trusted) {
        RequestHeaders request = RequestHeaders.of(
                "GET", "a.test", "/", List.of(new RequestHeaders.HeaderLine("x-forwarded-proto", "https")));
        HttpConnectionManager manager = manager(listener(trusted), RequestArrival.CLIENT);
        return RequestArrival.of(request, manager, GATEWAY)
                .first("x-forwarded-proto")
                .orElseThrow();
    }

    private static TrustedProxies ranges(AddressRange... ranges) {
        return new TrustedProxies.Ranges(Arrays.asList(ranges));
    }

    private static boolean trusts(Listener listener, String source) {
        return manager(listener, source).getPreserveExternalRequestId();
    }

    private static HttpConnectionManager manager(Listener listener, String source) {
        return FilterConfigs.unpack(
                FilterChains.of(listener, source).getFilters(0).getTypedConfig(), HttpConnectionManager.class);
    }

    private static Listener listener(@Nullable TrustedProxies trusted) {
        Platform usual = Platform.DEFAULT;
        Platform platform = new Platform(
                usual.context(),
                usual.defaultVirtualEnvironment(),
                usual.egress(),
                usual.limits(),
                usual.adapterTargets(),
                trusted,
                usual.reservedNames());
        Snapshot nothing = Snapshot.EMPTY;
        Snapshot snapshot = new Snapshot(
                platform,
                nothing.virtualEnvironments(),
                nothing.versions(),
                nothing.secrets(),
                nothing.released(),
                nothing.policies(),
                nothing.appDeployments());
        String name = Translator.wildcard(ResourceType.LISTENER, Audience.of(GATEWAY, snapshot), snapshot)
                .get(0);
        return (Listener) Translator.translate(ResourceType.LISTENER, name, snapshot)
                .orElseThrow()
                .resource();
    }
}
