package dev.kitsune.envoy.listener;

import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** The settings of HTTP/1, which accept requests of old and cautious clients. */
final class Http1 {
    private static final String UPGRADE = "websocket";

    static final Http1ProtocolOptions OPTIONS = Http1ProtocolOptions.newBuilder()
            .setAcceptHttp10(true)
            .setDefaultHostForHttp10(WireNames.NO_HOST)
            // An upgrade is an offer that a server may ignore. By default Envoy refuses the request.
            .addIgnoreHttp11Upgrade(StringMatcher.newBuilder()
                    .setSafeRegex(RegexMatcher.newBuilder().setRegex("(?i)" + otherThan(UPGRADE))))
            .build();

    private Http1() {}

    /** Returns a pattern for every text except one, because Envoy's regular expressions have no such operator. */
    static String otherThan(String word) {
        char first = word.charAt(0);
        String rest = word.length() == 1 ? ".+" : otherThan(word.substring(1)) + "?";
        return "(?:[^" + first + "].*|" + first + rest + ")";
    }
}
