package dev.kitsune.model.resolve;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A snapshot, what changed in it since the one before, and what is wrong; and inside, all that the next one builds upon. */
public final class Resolution {
    private final Snapshot snapshot;
    private final Set<SnapshotKey> changed;
    private final List<Problem> readingProblems;
    private final State state;
    private final int resolvedEnvironments;

    /** One that was not resolved here: what is resolved upon it finds nothing that was there before. */
    public Resolution(Snapshot snapshot, Set<SnapshotKey> changed, List<Problem> problems) {
        this(snapshot, changed, problems, State.EMPTY, 0);
    }

    Resolution(
            Snapshot snapshot,
            Set<SnapshotKey> changed,
            List<Problem> readingProblems,
            State state,
            int resolvedEnvironments) {
        this.snapshot = snapshot;
        this.changed = Set.copyOf(changed);
        this.readingProblems = List.copyOf(readingProblems);
        this.state = state;
        this.resolvedEnvironments = resolvedEnvironments;
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Every key under which the snapshot before would have given another answer, and no other. */
    public Set<SnapshotKey> changed() {
        return changed;
    }

    /**
     * Of the whole snapshot, those of reading included, in {@link Problem#ORDER}. What several environments share is there
     * once. It is put together at each call, at the cost of the problems there are.
     */
    public List<Problem> problems() {
        Map<Problem, Problem> shared = new HashMap<>();
        state.problems()
                .values()
                .forEach(of -> of.forEach(p -> shared.merge(EnvironmentStep.anywhere(p), p, Resolution::firstByName)));
        List<Problem> all = new ArrayList<>(readingProblems);
        state.flawed().values().forEach(all::addAll);
        all.addAll(shared.values());
        all.addAll(state.declarations().problems());
        all.addAll(state.uses().problems(state.index(), state.declarations(), snapshot.workloads()));
        return all.stream().sorted(Problem.ORDER).distinct().toList();
    }

    private static Problem firstByName(Problem a, Problem b) {
        return Objects.requireNonNullElse(a.environment(), "")
                                .compareTo(Objects.requireNonNullElse(b.environment(), ""))
                        <= 0
                ? a
                : b;
    }

    State state() {
        return state;
    }

    /** How many environments were resolved for this: the measure of what a change costs. */
    int resolvedEnvironments() {
        return resolvedEnvironments;
    }
}
