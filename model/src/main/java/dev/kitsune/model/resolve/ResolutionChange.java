package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Fact;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The changes since the previous resolution.
 *
 * @param keys exactly the keys of the snapshot whose values have changed
 * @param facts of resolving
 * @param problems the old and new problems of sources that were examined again, without their virtual environment; only
 *     a comparison shows whether their listing has changed
 */
record ResolutionChange(Set<SnapshotKey<?>> keys, Set<Fact> facts, Set<Problem> problems) {
    ResolutionChange {
        keys = Set.copyOf(keys);
        facts = Set.copyOf(facts);
        problems = Set.copyOf(problems);
    }

    /** Combines both changes. */
    ResolutionChange and(ResolutionChange other) {
        return new ResolutionChange(
                union(keys, other.keys), union(facts, other.facts), union(problems, other.problems));
    }

    private static <T> Set<T> union(Collection<T> some, Collection<T> more) {
        Set<T> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }
}
