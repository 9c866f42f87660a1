package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Fact;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What is not what it was in the resolution before.
 *
 * @param keys under which the snapshot gives something else, and no other
 * @param facts of resolving
 * @param problems that were found or not found any more at something that was looked at again, without the virtual
 *     environment for which they show; whether they are listed otherwise than before, a comparison says
 */
record ResolutionChange(Set<SnapshotKey<?>> keys, Set<Fact> facts, Set<Problem> problems) {
    ResolutionChange {
        keys = Set.copyOf(keys);
        facts = Set.copyOf(facts);
        problems = Set.copyOf(problems);
    }

    /** Both changes as one. */
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
