package dev.kitsune.model.read;

import java.util.List;
import java.util.Set;

/**
 * The headers with a meaning in HTTP, Envoy or Kitsune. If one of them also carried a context or a token, requests
 * would break. Envoy rejects some of them.
 */
final class ReservedHeaders {
    private static final Set<String> NAMES = Set.of(
            "accept",
            "accept-encoding",
            "age",
            "allow",
            "authorization",
            "b3",
            "baggage",
            "cache-control",
            "cdn-loop",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "etag",
            "expect",
            "forwarded",
            "from",
            "host",
            "http2-settings",
            "keep-alive",
            "location",
            "max-forwards",
            "origin",
            "range",
            "referer",
            "server",
            "set-cookie",
            "te",
            "traceparent",
            "tracestate",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "vary",
            "via",
            "x-client-trace-id",
            "x-ot-span-context",
            "x-request-id");
    private static final List<String> PREFIXES =
            List.of("access-control-", "grpc-", "if-", "proxy-", "sec-", "x-b3-", "x-envoy-", "x-forwarded-");
    private static final String KITSUNE = "kitsune-";

    private ReservedHeaders() {}

    /** {@code name}: in lower case; {@code own}: the only one of Kitsune's own names that is allowed here */
    static boolean contains(String name, String own) {
        return NAMES.contains(name)
                || PREFIXES.stream().anyMatch(name::startsWith)
                || (name.startsWith(KITSUNE) && !name.equals(own));
    }
}
