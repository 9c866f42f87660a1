package dev.kitsune.model.resolve;

import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.virtualenvironment.RouteStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot, what changed in it since the one before, and what is wrong; and inside, all that the next one
 * builds on.
 */
public final class Resolution {
    private final Snapshot snapshot;
    private final ResolutionChange change;
    private final List<Problem> readingProblems;
    private final ResolutionState state;
    private final ResolutionCost cost;

    /** One that was not resolved here: the next resolution finds nothing that existed before. */
    public Resolution(Snapshot snapshot, Set<SnapshotKey<?>> changed, List<Problem> problems) {
        this(
                snapshot,
                new ResolutionChange(changed, Set.of(), Set.of()),
                problems,
                ResolutionState.EMPTY,
                ResolutionCost.NONE);
    }

    Resolution(
            Snapshot snapshot,
            ResolutionChange change,
            List<Problem> readingProblems,
            ResolutionState state,
            ResolutionCost cost) {
        this.snapshot = snapshot;
        this.change = change;
        this.readingProblems = List.copyOf(readingProblems);
        this.state = state;
        this.cost = cost;
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Every key under which the snapshot before would have given another answer, and no other. */
    public Set<SnapshotKey<?>> changed() {
        return change.keys();
    }

    /**
     * All problems of the snapshot, those of reading included, in {@link Problem#ORDER}. A problem that several virtual
     * environments share is listed once. The list is built at each call and costs as much as there are problems.
     */
    public List<Problem> problems() {
        List<Problem> all = new ArrayList<>(readingProblems);
        all.addAll(state.found().all());
        return all.stream().sorted(Problem.ORDER).distinct().toList();
    }

    /** Those that resolving found. */
    public FoundProblems found() {
        return state.found();
    }

    /** The mistakes that may be listed otherwise than before; all others are listed as they were. */
    public Set<Problem> touchedProblems() {
        return change.problems();
    }

    /** Those that others than resolving found: reading, and deciding. */
    public List<Problem> otherProblems() {
        return readingProblems;
    }

    /** The same, where what it was resolved on top of was never published: both changes are one. */
    public Resolution since(Resolution unpublished) {
        return new Resolution(snapshot, unpublished.change.and(change), readingProblems, state, cost);
    }

    /** The same with problems that others than reading and resolving found. */
    public Resolution with(List<Problem> more) {
        List<Problem> all = new ArrayList<>(readingProblems);
        all.addAll(more);
        return new Resolution(snapshot, change, all, state, cost);
    }

    /** What stands in the way of a virtual environment's release, as it is resolved here. */
    public Trial trial(String virtualEnvironment) {
        return Trial.of(virtualEnvironment, state, snapshot.virtualEnvironments());
    }

    /** The objects whose meaning depends on an object: virtual environments, and those that were checked against it. */
    public Set<ObjectKey> readersOf(ObjectKey key) {
        Set<ObjectKey> readers = new HashSet<>();
        for (ProblemSource source : state.checks().readersOf(new Fact.ManifestOf(key))) {
            if (source instanceof ProblemSource.CheckedObject checked) {
                readers.add(checked.key());
            }
        }
        Set<String> names = new HashSet<>(state.chains().readersOf(new Fact.ManifestOf(key)));
        if (key.kind() == Kind.VirtualEnvironment) {
            names.addAll(state.chains().readersOf(new Fact.ChainOf(key.name())));
        }
        for (String name : names) {
            ObjectKey found = state.index().virtualEnvironments().get(name);
            if (found != null) {
                readers.add(found);
            }
        }
        return readers;
    }

    /**
     * Those of some objects that are not served whole as they stand in the catalog. One that another one keeps from its
     * name is as good as served.
     */
    public Set<ObjectKey> refused(Collection<ObjectKey> keys) {
        return keys.stream().filter(this::isRefused).collect(Collectors.toSet());
    }

    private boolean isRefused(ObjectKey key) {
        if (key.kind() == Kind.AppDeployment) {
            return !RouteStep.conflicts(List.of(found().of(key))).isEmpty();
        }
        if (key.kind() != Kind.VirtualEnvironment
                || !key.equals(state.index().virtualEnvironments().get(key.name()))) {
            return false;
        }
        ChainState found = state.chains().get(key.name());
        return found == null || found.chain() == null || found.kept();
    }

    /** The objects for which {@link #refused} may give another answer than for the resolution before. */
    public Set<ObjectKey> judged() {
        Set<ObjectKey> judged = new HashSet<>();
        for (Fact fact : change.facts()) {
            ObjectKey key = fact instanceof Fact.ChainOf of
                    ? state.index().virtualEnvironments().get(of.name())
                    : fact instanceof Fact.ConflictOf of ? of.appDeployment() : null;
            if (key != null) {
                judged.add(key);
            }
        }
        return judged;
    }

    /** Whether a virtual environment that is refused depends on what stands in another one. */
    public boolean isReadForLastGood(ObjectKey key) {
        return key.kind() == Kind.VirtualEnvironment
                && state.chains().readersOf(new Fact.VirtualEnvironmentNamed(key.name())).stream()
                        .map(state.chains()::get)
                        .anyMatch(found -> found != null && found.kept());
    }

    /** How releases of a virtual environment come into force. */
    public ReleasePolicy policy(String environment) {
        ChainState found = state.chains().get(environment);
        return found == null || found.chain() == null
                ? ReleasePolicy.DEFAULT
                : state.reads().policy(found.chain().environment());
    }

    /** What a release of a virtual environment would freeze now; null where nothing of it can be served. */
    public @Nullable ReleaseManifest freeze(String virtualEnvironment) {
        return Freezing.of(virtualEnvironment, state);
    }

    Set<Fact> facts() {
        return change.facts();
    }

    ResolutionState state() {
        return state;
    }

    /** How many virtual environments were resolved for this: the measure of what a change costs. */
    int resolvedVirtualEnvironments() {
        return cost.virtualEnvironments();
    }

    /** How many problems were taken in hand for this. */
    int problemsInHand() {
        return cost.problems();
    }
}
