package dev.kitsune.envoy.route;

import dev.kitsune.model.rule.Rule;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** A rule as Envoy's RouteMatch. */
final class RuleMatch {
    private RuleMatch() {}

    static RouteMatch of(Rule rule) {
        RouteMatch.Builder match = RouteMatch.newBuilder();
        for (Rule.Predicate predicate : rule.predicates()) {
            add(match, predicate);
        }
        if (match.getPathSpecifierCase() == RouteMatch.PathSpecifierCase.PATHSPECIFIER_NOT_SET) {
            match.setPrefix("/");
        }
        return match.build();
    }

    private static void add(RouteMatch.Builder match, Rule.Predicate predicate) {
        if (predicate instanceof Rule.Host host) {
            // The port is no part of a host, and capitals make no difference.
            match.addHeaders(regex(":authority", "(?i)" + quote(host.host()) + "(:[0-9]+)?"));
        } else if (predicate instanceof Rule.Path path) {
            addPath(match, path);
        } else if (predicate instanceof Rule.PathPrefix prefix) {
            addPathPrefix(match, prefix);
        } else if (predicate instanceof Rule.Method method) {
            match.addHeaders(exact(":method", method.method()));
        } else if (predicate instanceof Rule.Header header) {
            match.addHeaders(exact(header.name(), header.value()));
        } else if (predicate instanceof Rule.Query query) {
            match.addQueryParameters(QueryParameterMatcher.newBuilder()
                    .setName(query.name())
                    .setStringMatch(StringMatcher.newBuilder().setExact(query.value())));
        }
    }

    private static void addPath(RouteMatch.Builder match, Rule.Path path) {
        if (isFree(match)) {
            match.setPath(path.path());
        } else {
            match.addHeaders(regex(":path", quote(path.path()) + "(\\?.*)?"));
        }
    }

    private static void addPathPrefix(RouteMatch.Builder match, Rule.PathPrefix prefix) {
        String text = prefix.prefix();
        if (!isFree(match)) {
            String rest = text.endsWith("/") ? ".*" : "([/?].*)?";
            match.addHeaders(regex(":path", quote(text) + rest));
        } else if (text.endsWith("/")) {
            match.setPrefix(text);
        } else {
            match.setPathSeparatedPrefix(text);
        }
    }

    /** Envoy's match has room for one path; further ones are matched as a header. */
    private static boolean isFree(RouteMatch.Builder match) {
        return match.getPathSpecifierCase() == RouteMatch.PathSpecifierCase.PATHSPECIFIER_NOT_SET;
    }

    private static HeaderMatcher exact(String header, String value) {
        return HeaderMatcher.newBuilder()
                .setName(header)
                .setStringMatch(StringMatcher.newBuilder().setExact(value))
                .build();
    }

    private static HeaderMatcher regex(String header, String regex) {
        return HeaderMatcher.newBuilder()
                .setName(header)
                .setStringMatch(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)))
                .build();
    }

    /** Every ASCII character that could mean something to RE2 is escaped by itself: a text cannot end the quotation. RE2 knows no escape for others. */
    static String quote(String text) {
        return text.replaceAll("[\\x00-\\x7F&&[^A-Za-z0-9_/-]]", "\\\\$0");
    }
}
