package dev.kitsune.envoy.trace;

import dev.kitsune.envoy.listener.CapturedCalls;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.Comparator;
import java.util.Set;

/** Finds the filter chain of a listener for a connection: the one with the most specific matching range. */
final class FilterChains {
    private static final Set<String> CHAIN = Set.of("filter_chain_match", "filters");
    private static final Set<String> MATCH = Set.of("source_prefix_ranges");
    private static final String TLS = "tls";

    private FilterChains() {}

    /** Finds the chain for a connection with TLS, or without it, at a port of a sidecar that knows both. */
    static FilterChain of(Listener listener, String source, boolean tls) {
        boolean knowsTls = listener.getFilterChainsList().stream().anyMatch(FilterChains::isForTls);
        return knowsTls
                ? listener.getFilterChainsList().stream()
                        .filter(chain -> isForTls(chain) == tls)
                        .findFirst()
                        .orElseThrow(() -> KnownFields.unknown("a listener that takes only connections with TLS"))
                : of(listener, source);
    }

    private static boolean isForTls(FilterChain chain) {
        return chain.getFilterChainMatch().getTransportProtocol().equals(TLS);
    }

    static FilterChain of(Listener listener, String source) {
        if (listener.hasFilterChainMatcher()) {
            // The trace follows requests, whatever their connection wanted to reach.
            return listener.getFilterChainsList().stream()
                    .filter(chain -> chain.getName().equals(CapturedCalls.REQUESTS))
                    .findFirst()
                    .orElseThrow(() -> KnownFields.unknown("a matcher of other filter chains"));
        }
        byte[] address = CidrMatching.bytes(source);
        listener.getFilterChainsList().forEach(chain -> {
            KnownFields.only(chain, CHAIN);
            KnownFields.only(chain.getFilterChainMatch(), MATCH);
        });
        return listener.getFilterChainsList().stream()
                .filter(chain -> bits(chain, address) >= 0)
                .max(Comparator.comparingInt(chain -> bits(chain, address)))
                .orElseThrow(() -> KnownFields.unknown("a listener that takes no connection from " + source));
    }

    /**
     * Returns the number of bits of its narrowest matching range; 0 for a chain without ranges, negative if none
     * matches.
     */
    private static int bits(FilterChain chain, byte[] address) {
        return chain.getFilterChainMatch().getSourcePrefixRangesCount() == 0
                ? 0
                : chain.getFilterChainMatch().getSourcePrefixRangesList().stream()
                        .filter(range -> CidrMatching.isIn(range, address))
                        .map(CidrRange::getPrefixLen)
                        .mapToInt(bits -> bits.getValue())
                        .max()
                        .orElse(-1);
    }
}
