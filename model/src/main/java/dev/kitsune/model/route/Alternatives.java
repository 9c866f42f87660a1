package dev.kitsune.model.route;

import dev.kitsune.model.rule.Rule.Predicate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The alternatives of a condition. All predicates of an alternative must match, and an Envoy route can express one
 * alternative.
 *
 * @param all empty for a condition that matches no request
 */
record Alternatives(List<Set<Predicate>> all) {
    /** A rule with more alternatives is a mistake, or a table that belongs into an app. */
    static final int MOST = 100;

    static final Alternatives NEVER = new Alternatives(List.of());
    static final Alternatives ALWAYS = new Alternatives(List.of(Set.of()));

    static Alternatives of(Predicate predicate) {
        return new Alternatives(List.of(Set.of(predicate)));
    }

    boolean tooMany() {
        return all.size() > MOST;
    }

    Alternatives or(Alternatives other) {
        Set<Set<Predicate>> both = new LinkedHashSet<>(all);
        both.addAll(other.all);
        return new Alternatives(new ArrayList<>(both));
    }

    /** Stops when there are too many: their number multiplies. */
    Alternatives and(Alternatives other) {
        Set<Set<Predicate>> both = new LinkedHashSet<>();
        for (Set<Predicate> one : all) {
            for (Set<Predicate> another : other.all) {
                Set<Predicate> together = new LinkedHashSet<>(one);
                together.addAll(another);
                both.add(together);
                if (both.size() > MOST) {
                    return new Alternatives(new ArrayList<>(both));
                }
            }
        }
        return new Alternatives(new ArrayList<>(both));
    }
}
