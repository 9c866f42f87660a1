package dev.kitsune.model.manifest;

import java.util.List;

/** Who stands before the gateways and may say what the client was: its address, its scheme and the name of its request. */
public sealed interface TrustedProxies {
    /** Whoever connects: clients reach the gateways by so many proxies, and in no other way. */
    record Hops(int count) implements TrustedProxies {}

    /** Whoever connects from one of these addresses. */
    record Ranges(List<AddressRange> ranges) implements TrustedProxies {
        public Ranges {
            ranges = List.copyOf(ranges);
        }
    }
}
