package dev.kitsune.envoy.route;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Arrays;

/** The groups of methods that retries and redirects distinguish. Each group contains the previous ones. */
public enum Methods {
    READING("GET|HEAD"),
    SAFE("GET|HEAD|OPTIONS|TRACE"),
    IDEMPOTENT("GET|HEAD|OPTIONS|TRACE|PUT|DELETE"),
    ALL("");

    private final String regex;

    Methods(String regex) {
        this.regex = regex;
    }

    RouteMatch.Builder narrow(RouteMatch.Builder match) {
        return this == ALL ? match : match.addHeaders(matcher());
    }

    /** Whether a route has this condition because of its group of methods, and not because of a rule. */
    public static boolean narrowed(HeaderMatcher condition) {
        return Arrays.stream(values())
                .anyMatch(methods -> methods != ALL && methods.matcher().equals(condition));
    }

    private HeaderMatcher matcher() {
        return HeaderMatcher.newBuilder()
                .setName(":method")
                .setStringMatch(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)))
                .build();
    }
}
