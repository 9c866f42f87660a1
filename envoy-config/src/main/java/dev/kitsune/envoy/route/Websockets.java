package dev.kitsune.envoy.route;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** WebSockets have routes of their own, because their streams may be silent for long. */
public final class Websockets {
    /** Matches a request for a WebSocket. */
    public static final HeaderMatcher REQUESTED = HeaderMatcher.newBuilder()
            .setName("upgrade")
            .setStringMatch(StringMatcher.newBuilder().setExact("websocket").setIgnoreCase(true))
            .build();

    private Websockets() {}
}
