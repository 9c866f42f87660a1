package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Platform.AdapterTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Classifies hosts of adapters without DNS. */
public final class Address {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?)*+\\.?");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    /** Resolvers read such names as numbers: 127.1, 2130706433, 0x7f.1. */
    private static final Pattern NUMBER_LIKE = Pattern.compile("(.*\\.)?(\\d+|0x[0-9a-f]*)\\.?");

    private Address() {}

    /** Whether it is the host of an adapter: in lower case, and IPv6 without brackets. */
    public static boolean valid(String host) {
        if (host.indexOf(':') >= 0) {
            return literal(host) != null;
        }
        if (IPV4.matcher(host).matches()) {
            return true;
        }
        return host.length() <= 253
                && NAME.matcher(host).matches()
                && !NUMBER_LIKE.matcher(host).matches();
    }

    /**
     * Returns a name as servers and certificates spell it. The trailing dot of an absolute name is only for resolvers.
     */
    public static String withoutRootDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** Whether it is a loopback address. */
    public static boolean isLoopback(String host) {
        return guarded(host) == AdapterTarget.Loopback;
    }

    /** Returns the kind of address that only a Platform may allow; null for any other. */
    public static @Nullable AdapterTarget guarded(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String bare = withoutRootDot(name);
        if (bare.equals("localhost") || bare.endsWith(".localhost")) {
            return AdapterTarget.Loopback;
        }
        InetAddress address = literal(host);
        if (address == null) {
            return null;
        }
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return AdapterTarget.Loopback;
        }
        return address.isLinkLocalAddress() ? AdapterTarget.LinkLocal : null;
    }

    /** Texts with a colon and four numbers with dots are never looked up. */
    private static @Nullable InetAddress literal(String host) {
        if (host.indexOf('%') >= 0) {
            // The zone of an address names an interface of one machine; Envoy refuses it.
            return null;
        }
        if (host.indexOf(':') < 0 && !IPV4.matcher(host).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
