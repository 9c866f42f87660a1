package dev.kitsune.envoy.route;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** The methods that retries and redirects tell apart. Each holds those of the ones before it. */
enum Methods {
    READING("GET|HEAD"),
    SAFE("GET|HEAD|OPTIONS|TRACE"),
    IDEMPOTENT("GET|HEAD|OPTIONS|TRACE|PUT|DELETE"),
    ALL("");

    private final String regex;

    Methods(String regex) {
        this.regex = regex;
    }

    RouteMatch.Builder narrow(RouteMatch.Builder match) {
        return regex.isEmpty()
                ? match
                : match.addHeaders(HeaderMatcher.newBuilder()
                        .setName(":method")
                        .setStringMatch(StringMatcher.newBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex))));
    }
}
