package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Envoy's CidrRange. */
final class CidrMatching {
    private static final String MAPPED = "::ffff:";

    private CidrMatching() {}

    static boolean isIn(CidrRange range, byte[] address) {
        byte[] prefix = bytes(range.getAddressPrefix());
        if (address.length != prefix.length) {
            return false;
        }
        // Java reads ::ffff:1.2.3.4 as 1.2.3.4, whose bits are the last ones.
        int bits = range.getPrefixLen().getValue() - (range.getAddressPrefix().startsWith(MAPPED) ? 96 : 0);
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Parses a text that is an address, so that no DNS lookup happens. */
    static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + address, e);
        }
    }
}
