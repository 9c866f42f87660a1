package dev.kitsune.xds.inspect;

import dev.kitsune.model.rule.Rule;
import java.util.stream.Collectors;

/** A rule in the words in which users write it. */
public final class RuleText {
    private RuleText() {}

    public static String of(Rule rule) {
        return rule.predicates().isEmpty()
                ? "All()"
                : rule.predicates().stream().map(RuleText::of).collect(Collectors.joining(" && "));
    }

    public static String of(Rule.Predicate predicate) {
        if (predicate instanceof Rule.Host host) {
            return call("Host", text(host.host()));
        }
        if (predicate instanceof Rule.Path path) {
            return call("Path", text(path.path()));
        }
        if (predicate instanceof Rule.PathPrefix prefix) {
            return call("PathPrefix", text(prefix.prefix()));
        }
        if (predicate instanceof Rule.Method method) {
            return call("Method", method.method());
        }
        if (predicate instanceof Rule.Header header) {
            return call("Header", header.name(), text(header.value()));
        }
        if (predicate instanceof Rule.Query query) {
            return call("Query", query.name(), text(query.value()));
        }
        if (predicate instanceof Rule.NoHeader none) {
            return "no header " + none.name();
        }
        return "!" + of(((Rule.Not) predicate).predicate());
    }

    private static String text(Rule.TextMatcher text) {
        return text instanceof Rule.Exact exact ? exact.text() : "{:" + ((Rule.Pattern) text).regex() + "}";
    }

    private static String call(String name, String... arguments) {
        return name + "(`" + String.join("`, `", arguments) + "`)";
    }
}
