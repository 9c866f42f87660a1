package dev.kitsune.envoy.listener;

import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** What listeners take of HTTP/1: what old and careful clients send is served. */
final class Http1 {
    private static final String UPGRADE = "websocket";

    static final Http1ProtocolOptions OPTIONS = Http1ProtocolOptions.newBuilder()
            .setAcceptHttp10(true)
            .setDefaultHostForHttp10(WireNames.NO_HOST)
            // An upgrade is an offer, which a server may pass over. Envoy would refuse it.
            .addIgnoreHttp11Upgrade(StringMatcher.newBuilder()
                    .setSafeRegex(RegexMatcher.newBuilder().setRegex("(?i)" + otherThan(UPGRADE))))
            .build();

    private Http1() {}

    /** A pattern for every text but one, which Envoy's regular expressions have no operator for. */
    static String otherThan(String word) {
        char first = word.charAt(0);
        String rest = word.length() == 1 ? ".+" : otherThan(word.substring(1)) + "?";
        return "(?:[^" + first + "].*|" + first + rest + ")";
    }
}
