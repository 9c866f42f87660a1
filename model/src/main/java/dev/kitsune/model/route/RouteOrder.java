package dev.kitsune.model.route;

import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.ResolvedRoute;
import java.util.Comparator;

/**
 * The order in which rules are tried: higher priority; a host before none; a path, then the longer prefix; more of the other
 * predicates; then the component's name, so that the order never depends on reading.
 */
public final class RouteOrder {
    public static final Comparator<ResolvedRoute> ORDER = Comparator.comparingInt((ResolvedRoute r) -> -r.priority())
            .thenComparingInt(r -> hasHost(r.rule()) ? 0 : 1)
            .thenComparingInt(r -> -pathRank(r.rule()))
            .thenComparingInt(r -> -others(r.rule()))
            .thenComparing(r -> r.target().name())
            .thenComparing(r -> r.origin().object())
            .thenComparingInt(r -> r.origin().field().length())
            .thenComparing(r -> r.origin().field());

    private RouteOrder() {}

    private static boolean hasHost(Rule rule) {
        return rule.predicates().stream().anyMatch(Rule.Host.class::isInstance);
    }

    private static int pathRank(Rule rule) {
        int rank = 0;
        for (Rule.Predicate predicate : rule.predicates()) {
            if (predicate instanceof Rule.Path) {
                return Integer.MAX_VALUE;
            }
            if (predicate instanceof Rule.PathPrefix prefix) {
                rank = Math.max(rank, prefix.prefix().length());
            }
        }
        return rank;
    }

    private static int others(Rule rule) {
        return (int) rule.predicates().stream()
                .filter(p -> p instanceof Rule.Method || p instanceof Rule.Header || p instanceof Rule.Query)
                .count();
    }
}
