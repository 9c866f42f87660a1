package dev.kitsune.envoy.route;

import com.google.re2j.Pattern;
import dev.kitsune.model.rule.Rule;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A rule as Envoy's RouteMatch. */
public final class RuleMatch {
    private RuleMatch() {}

    /** {@code previewHosts}: the hosts that satisfy every {@code Host}, as the platform has them; null for none */
    public static RouteMatch of(Rule rule, @Nullable String previewHosts) {
        String previewHost = previewHost(previewHosts);
        RouteMatch.Builder match = RouteMatch.newBuilder();
        for (Rule.Predicate predicate : rule.predicates()) {
            if (predicate instanceof Rule.Host host && previewHost != null) {
                match.addHeaders(host("(" + regex(host.host()) + "|" + previewHost + ")"));
            } else {
                add(match, predicate);
            }
        }
        if (match.getPathSpecifierCase() == RouteMatch.PathSpecifierCase.PATHSPECIFIER_NOT_SET) {
            match.setPrefix("/");
        }
        return match.build();
    }

    private static void add(RouteMatch.Builder match, Rule.Predicate predicate) {
        if (predicate instanceof Rule.Path path && isFree(match)) {
            if (path.path() instanceof Rule.Exact exact) {
                match.setPath(exact.text());
            } else {
                match.setSafeRegex(RegexMatcher.newBuilder().setRegex(regex(path.path())));
            }
        } else if (predicate instanceof Rule.PathPrefix prefix && isFree(match)) {
            addPathPrefix(match, prefix.prefix());
        } else if (predicate instanceof Rule.Not not) {
            // Without it, neither a condition on a missing header nor its negation would match.
            match.addHeaders(header(not.predicate()).setInvertMatch(true).setTreatMissingHeaderAsEmpty(true));
        } else {
            match.addHeaders(header(predicate));
        }
    }

    private static void addPathPrefix(RouteMatch.Builder match, Rule.TextMatcher prefix) {
        if (!(prefix instanceof Rule.Exact exact)) {
            match.setSafeRegex(RegexMatcher.newBuilder().setRegex(regex(prefix) + "(/.*)?"));
        } else if (exact.text().endsWith("/")) {
            match.setPrefix(exact.text());
        } else {
            match.setPathSeparatedPrefix(exact.text());
        }
    }

    /** Envoy's match has only one path. Further paths and negated paths are matched as headers. */
    private static boolean isFree(RouteMatch.Builder match) {
        return match.getPathSpecifierCase() == RouteMatch.PathSpecifierCase.PATHSPECIFIER_NOT_SET;
    }

    private static HeaderMatcher.Builder header(Rule.Predicate predicate) {
        if (predicate instanceof Rule.Host host) {
            return host(regex(host.host()));
        }
        if (predicate instanceof Rule.Path path) {
            return header(":path", regex(path.path()) + "(\\?.*)?");
        }
        if (predicate instanceof Rule.PathPrefix prefix) {
            String text = regex(prefix.prefix());
            return header(":path", text + (text.endsWith("/") ? ".*" : "([/?].*)?"));
        }
        if (predicate instanceof Rule.Method method) {
            return HeaderMatcher.newBuilder()
                    .setName(":method")
                    .setStringMatch(string(new Rule.Exact(method.method())));
        }
        if (predicate instanceof Rule.Header header) {
            return HeaderMatcher.newBuilder().setName(header.name()).setStringMatch(string(header.value()));
        }
        if (predicate instanceof Rule.NoHeader header) {
            return HeaderMatcher.newBuilder().setName(header.name()).setPresentMatch(false);
        }
        if (predicate instanceof Rule.Query query) {
            // Envoy's match of a query parameter compares only the first of several values, and cannot be negated.
            String value = "=" + regex(query.value());
            String parameter = Pattern.quote(query.name()) + (query.value().fits("") ? "(" + value + ")?" : value);
            return header(":path", "[^?]*\\?(.*&)?" + parameter + "(&.*)?");
        }
        throw new IllegalArgumentException("a rule never negates twice: " + predicate);
    }

    /** The port is ignored, and so is the case. */
    private static HeaderMatcher.Builder host(String regex) {
        return header(":authority", "(?i)" + regex + "(:[0-9]+)?");
    }

    private static HeaderMatcher.Builder header(String name, String regex) {
        return HeaderMatcher.newBuilder()
                .setName(name)
                .setStringMatch(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)));
    }

    private static StringMatcher string(Rule.TextMatcher text) {
        return text instanceof Rule.Exact exact
                ? StringMatcher.newBuilder().setExact(exact.text()).build()
                : StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex(text)))
                        .build();
    }

    private static String regex(Rule.TextMatcher text) {
        return text instanceof Rule.Exact exact ? Pattern.quote(exact.text()) : ((Rule.Pattern) text).regex();
    }

    /** A preview host satisfies every {@code Host}. The normaliser has already read the virtual environment from it. */
    private static @Nullable String previewHost(@Nullable String pattern) {
        return pattern == null
                ? null
                : Arrays.stream(pattern.split("\\{env}", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining("[-a-z0-9]+"));
    }
}
