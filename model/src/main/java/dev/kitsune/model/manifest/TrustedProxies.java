package dev.kitsune.model.manifest;

import java.util.List;

/**
 * The proxies in front of the gateways whose headers about the client are trusted: its address, its scheme and its
 * request id.
 */
public sealed interface TrustedProxies {
    /** Every connection is trusted, because clients reach the gateways only through this number of proxies. */
    record Hops(int count) implements TrustedProxies {}

    /** Connections from these addresses are trusted. */
    record Ranges(List<AddressRange> ranges) implements TrustedProxies {
        public Ranges {
            ranges = List.copyOf(ranges);
        }
    }
}
