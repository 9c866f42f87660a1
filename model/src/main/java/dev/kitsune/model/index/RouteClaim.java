package dev.kitsune.model.index;

import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.ResolvedRoute;
import java.util.Set;

/** The priority and predicates of a rule, which two routes must not share. */
public record RouteClaim(int priority, Set<Rule.Predicate> predicates) {
    public static RouteClaim of(ResolvedRoute route) {
        return new RouteClaim(route.priority(), Set.copyOf(route.rule().predicates()));
    }
}
