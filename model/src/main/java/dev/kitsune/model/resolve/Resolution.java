package dev.kitsune.model.resolve;

import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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
 * A snapshot with its changes since the previous one and its problems, and the internal state on which the next
 * resolution builds.
 */
public final class Resolution {
    private final Snapshot snapshot;
    private final ResolutionChange change;
    private final List<Problem> readingProblems;
    private final ResolutionState state;
    private final ResolutionCost cost;

    /** A resolution that was not computed here. The next resolution starts from nothing. */
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

    /** Returns exactly the keys whose values differ from the previous snapshot. */
    public Set<SnapshotKey<?>> changed() {
        return change.keys();
    }

    /**
     * Returns all problems of the snapshot, including those of reading, in {@link Problem#ORDER}. A problem that
     * several virtual environments share is listed once. The list is built at each call, and its cost is proportional
     * to the number of problems.
     */
    public List<Problem> problems() {
        List<Problem> all = new ArrayList<>(readingProblems);
        all.addAll(state.found().all());
        return all.stream().sorted(Problem.ORDER).distinct().toList();
    }

    /** Returns the problems that resolving found. */
    public FoundProblems found() {
        return state.found();
    }

    /** Returns the problems whose listing may have changed. All others are listed as before. */
    public Set<Problem> touchedProblems() {
        return change.problems();
    }

    /** Returns the problems that reading and deciding found. */
    public List<Problem> otherProblems() {
        return readingProblems;
    }

    /** Returns the same resolution with both changes combined, because the resolution below it was never published. */
    public Resolution since(Resolution unpublished) {
        return new Resolution(snapshot, unpublished.change.and(change), readingProblems, state, cost);
    }

    /** Returns the same resolution with further problems. */
    public Resolution with(List<Problem> more) {
        List<Problem> all = new ArrayList<>(readingProblems);
        all.addAll(more);
        return new Resolution(snapshot, change, all, state, cost);
    }

    /** Returns the trial of a virtual environment's release in this resolution. */
    public Trial trial(VirtualEnvironmentName virtualEnvironment) {
        return Trial.of(virtualEnvironment, state, snapshot.virtualEnvironments());
    }

    /** Returns the objects that depend on an object: virtual environments, and objects that were checked against it. */
    public Set<ObjectKey> readersOf(ObjectKey key) {
        Set<ObjectKey> readers = new HashSet<>();
        for (ProblemSource source : state.checks().readersOf(new Fact.ManifestOf(key))) {
            if (source instanceof ProblemSource.CheckedObject checked) {
                readers.add(checked.key());
            }
        }
        Set<VirtualEnvironmentName> names = new HashSet<>(state.chains().readersOf(new Fact.ManifestOf(key)));
        if (key.kind() == Kind.VirtualEnvironment) {
            names.addAll(state.chains().readersOf(new Fact.ChainOf(key.virtualEnvironmentName())));
        }
        for (VirtualEnvironmentName name : names) {
            ObjectKey found = state.index().virtualEnvironments().get(name);
            if (found != null) {
                readers.add(found);
            }
        }
        return readers;
    }

    /**
     * Returns those objects whose catalog version is not served completely. An object whose name belongs to another one
     * counts as served.
     */
    public Set<ObjectKey> refused(Collection<ObjectKey> keys) {
        return keys.stream().filter(this::isRefused).collect(Collectors.toSet());
    }

    private boolean isRefused(ObjectKey key) {
        if (key.kind() == Kind.AppDeployment) {
            return !RouteStep.conflicts(List.of(found().of(key))).isEmpty();
        }
        if (key.kind() != Kind.VirtualEnvironment
                || !key.equals(state.index().virtualEnvironments().get(key.virtualEnvironmentName()))) {
            return false;
        }
        ChainState found = state.chains().get(key.virtualEnvironmentName());
        return found == null || found.chain() == null || found.kept();
    }

    /** Returns the objects for which {@link #refused} may have changed. */
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

    /** Whether a refused virtual environment depends on another object. */
    public boolean isReadForLastGood(ObjectKey key) {
        return key.kind() == Kind.VirtualEnvironment
                && state.chains().readersOf(new Fact.VirtualEnvironmentNamed(key.virtualEnvironmentName())).stream()
                        .map(state.chains()::get)
                        .anyMatch(found -> found != null && found.kept());
    }

    /** Returns the release policy of a virtual environment. */
    public ReleasePolicy policy(VirtualEnvironmentName virtualEnvironment) {
        ChainState found = state.chains().get(virtualEnvironment);
        return found == null || found.chain() == null
                ? ReleasePolicy.DEFAULT
                : state.reads().policy(found.chain().environment());
    }

    /**
     * Returns the content that a release of a virtual environment would freeze now; null if nothing of it can be
     * served.
     */
    public @Nullable ReleaseManifest freeze(VirtualEnvironmentName virtualEnvironment) {
        return Freezing.of(virtualEnvironment, state);
    }

    Set<Fact> facts() {
        return change.facts();
    }

    ResolutionState state() {
        return state;
    }

    /** Returns the number of virtual environments that were resolved, which measures the cost of a change. */
    int resolvedVirtualEnvironments() {
        return cost.virtualEnvironments();
    }

    /** Returns the number of problems that were processed. */
    int problemsInHand() {
        return cost.problems();
    }
}
