package dev.kitsune.envoy.route;

import com.google.common.collect.ImmutableList;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Arrays;

/** The groups of methods that retries and redirects distinguish. Each group contains the previous ones. */
public enum Methods {
    READING("GET", "HEAD"),
    SAFE("GET", "HEAD", "OPTIONS", "TRACE"),
    IDEMPOTENT("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"),
    ALL();

    private final ImmutableList<String> names;

    Methods(String... names) {
        this.names = ImmutableList.copyOf(names);
    }

    /**
     * Narrows a match to the methods outside this group. Envoy holds a compiled regular expression in each route, so a
     * regular expression for the methods of a group would take more memory than the rest of the match.
     */
    void exclude(RouteMatch.Builder match) {
        names.forEach(name -> match.addHeaders(other(name)));
    }

    /** Whether a route has this condition because of its group of methods, and not because of a rule. */
    public static boolean narrowed(HeaderMatcher condition) {
        return Arrays.stream(values())
                .flatMap(methods -> methods.names.stream())
                .anyMatch(name -> other(name).equals(condition));
    }

    private static HeaderMatcher other(String name) {
        return HeaderMatcher.newBuilder()
                .setName(":method")
                .setStringMatch(StringMatcher.newBuilder().setExact(name))
                .setInvertMatch(true)
                // Every request has a method. This distinguishes the condition from that of a rule.
                .setTreatMissingHeaderAsEmpty(true)
                .build();
    }
}
