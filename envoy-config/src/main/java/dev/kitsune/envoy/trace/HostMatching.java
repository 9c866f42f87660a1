package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.Locale;
import java.util.Optional;

/** Envoy's choice of a virtual host: an exact domain, else the longest {@code *.x}, else the longest {@code x.*}, else {@code *}. */
final class HostMatching {
    private HostMatching() {}

    static Optional<VirtualHost> choose(RouteConfiguration routes, String authority) {
        String host = authority.toLowerCase(Locale.ROOT);
        if (routes.getIgnorePortInHostMatching()) {
            host = withoutPort(host);
        }
        VirtualHost best = null;
        int rank = 0;
        for (VirtualHost candidate : routes.getVirtualHostsList()) {
            for (String domain : candidate.getDomainsList()) {
                int its = rank(domain.toLowerCase(Locale.ROOT), host);
                if (its > rank) {
                    best = candidate;
                    rank = its;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** Returns 0 for no match. A larger rank wins. No domain is longer than a name may be. */
    private static int rank(String domain, String host) {
        int sort = 1 << 16;
        if (domain.equals(host)) {
            return 3 * sort;
        }
        if (domain.equals("*")) {
            return 1;
        }
        if (domain.startsWith("*")) {
            String end = domain.substring(1);
            return host.length() > end.length() && host.endsWith(end) ? 2 * sort + end.length() : 0;
        }
        if (domain.endsWith("*")) {
            String start = domain.substring(0, domain.length() - 1);
            return host.length() > start.length() && host.startsWith(start) ? sort + start.length() : 0;
        }
        return 0;
    }

    /** A name may end in a dot, in front of its port. */
    static String withoutTrailingDot(String authority) {
        String host = withoutPort(authority);
        return host.endsWith(".")
                ? host.substring(0, host.length() - 1) + authority.substring(host.length())
                : authority;
    }

    static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon < 0 || host.lastIndexOf(']') > colon ? host : host.substring(0, colon);
    }
}
