package dev.kitsune.model.route;

import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.ResolvedRoute;
import java.util.Comparator;

/**
 * The order in which rules are tried: higher priority; a host, a pattern of hosts, no host; a path, then the longer
 * prefix; more of the other predicates; then the component's name, so that the order never depends on the order of
 * reading.
 */
public final class RouteOrder {
    public static final Comparator<ResolvedRoute> ORDER = Comparator.comparingInt((ResolvedRoute r) -> -r.priority())
            .thenComparingInt(r -> hostRank(r.rule()))
            .thenComparingLong(r -> -pathRank(r.rule()))
            .thenComparingInt(r -> -others(r.rule()))
            .thenComparing(r -> r.target().name())
            .thenComparing(r -> r.origin().object())
            .thenComparingInt(r -> r.origin().field().length())
            .thenComparing(r -> r.origin().field());

    /** Longer than any prefix. */
    private static final long WHOLE = 1L << 32;

    private RouteOrder() {}

    /** Returns 0 for a literal host, 1 for a pattern, 2 for none. */
    private static int hostRank(Rule rule) {
        return rule.predicates().stream()
                .filter(Rule.Host.class::isInstance)
                .mapToInt(host -> ((Rule.Host) host).host() instanceof Rule.Exact ? 0 : 1)
                .min()
                .orElse(2);
    }

    /** Ranks a whole path before all prefixes, a literal before all patterns, and then the longer one first. */
    private static long pathRank(Rule rule) {
        long rank = 0;
        for (Rule.Predicate predicate : rule.predicates()) {
            if (predicate instanceof Rule.Path path) {
                rank = Math.max(rank, path.path() instanceof Rule.Exact ? Long.MAX_VALUE : WHOLE + length(path.path()));
            }
            if (predicate instanceof Rule.PathPrefix prefix) {
                rank = Math.max(rank, length(prefix.prefix()));
            }
        }
        return rank;
    }

    private static int length(Rule.TextMatcher text) {
        return text instanceof Rule.Exact exact ? exact.text().length() : ((Rule.Pattern) text).literals();
    }

    private static int others(Rule rule) {
        return (int) rule.predicates().stream()
                .filter(p -> !(p instanceof Rule.Host || p instanceof Rule.Path || p instanceof Rule.PathPrefix))
                .count();
    }
}
