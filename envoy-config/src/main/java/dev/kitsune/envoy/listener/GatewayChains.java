package dev.kitsune.envoy.listener;

import com.google.protobuf.UInt32Value;
import dev.kitsune.model.manifest.TrustedProxies;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a gateway treats headers about its client. Envoy decides this by filter chain alone, so there are two
 * chains if only some clients are trusted.
 */
final class GatewayChains {
    private GatewayChains() {}

    /** {@code manager}: a connection manager that trusts nobody */
    static List<FilterChain> of(HttpConnectionManager manager, @Nullable TrustedProxies trusted) {
        if (trusted instanceof TrustedProxies.Hops hops) {
            return List.of(chain(trusting(manager, hops.count())).build());
        }
        if (trusted instanceof TrustedProxies.Ranges ranges) {
            FilterChainMatch.Builder from = FilterChainMatch.newBuilder();
            ranges.ranges()
                    .forEach(range -> from.addSourcePrefixRanges(CidrRange.newBuilder()
                            .setAddressPrefix(range.address())
                            .setPrefixLen(UInt32Value.of(range.bits()))));
            return List.of(
                    chain(trusting(manager, 1)).setFilterChainMatch(from).build(),
                    chain(manager).build());
        }
        return List.of(chain(manager).build());
    }

    private static HttpConnectionManager trusting(HttpConnectionManager manager, int hops) {
        return manager.toBuilder()
                // This keeps X-Forwarded-Proto as well.
                .setXffNumTrustedHops(hops)
                .setPreserveExternalRequestId(true)
                .build();
    }

    private static FilterChain.Builder chain(HttpConnectionManager manager) {
        return FilterChain.newBuilder().addFilters(Hcm.filter(manager));
    }
}
