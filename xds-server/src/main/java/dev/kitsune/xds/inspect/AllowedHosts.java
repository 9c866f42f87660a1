package dev.kitsune.xds.inspect;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hosts for which the inspection API answers. Another web site can let its own host name resolve to this machine
 * (DNS rebinding), and could then read the API. It cannot do so with an address or a loopback name.
 */
final class AllowedHosts {
    private final String configured;

    /** @param configured the name on which inspection listens */
    AllowedHosts(String configured) {
        this.configured = configured.toLowerCase(Locale.ROOT);
    }

    /** @param header the value of {@code Host}; null for none, which no browser sends */
    boolean allow(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return true;
        }
        String host;
        try {
            host = HostAndPort.fromString(header).getHost().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return false;
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals(configured)
                || InetAddresses.isInetAddress(name);
    }
}
