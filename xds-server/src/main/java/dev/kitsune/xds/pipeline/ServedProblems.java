package dev.kitsune.xds.pipeline;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.FoundProblems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The problems of the served state, and those that appeared or were resolved since the previous state. The cost of the
 * difference depends only on the problems that were examined again. The complete list is built only on request.
 */
public final class ServedProblems {
    public static final ServedProblems NONE = new ServedProblems(FoundProblems.NONE, Set.of(), List.of(), List.of());

    private final FoundProblems found;
    private final Set<Problem> others;
    private final List<Problem> appeared;
    private final List<Problem> healed;
    private volatile @Nullable List<Problem> all;
    private volatile @Nullable Set<VirtualEnvironmentName> atFault;

    private ServedProblems(FoundProblems found, Set<Problem> others, List<Problem> appeared, List<Problem> healed) {
        this.found = found;
        this.others = others;
        this.appeared = appeared;
        this.healed = healed;
    }

    /**
     * Returns the problems of the next state.
     *
     * @param touched the problems of resolving that may differ from the ones here
     * @param others the problems of reading, deciding and saving
     */
    public ServedProblems next(FoundProblems nextFound, Set<Problem> touched, Collection<Problem> others) {
        ServedProblems next = new ServedProblems(nextFound, new LinkedHashSet<>(others), List.of(), List.of());
        Set<Problem> candidates = new HashSet<>(this.others);
        candidates.addAll(next.others);
        for (Problem mistake : touched) {
            Stream.of(found, nextFound)
                    .map(of -> of.listed(mistake))
                    .filter(Objects::nonNull)
                    .forEach(candidates::add);
        }
        return new ServedProblems(
                nextFound, next.others, without(candidates, next, this), without(candidates, this, next));
    }

    private static List<Problem> without(Collection<Problem> candidates, ServedProblems all, ServedProblems those) {
        return candidates.stream()
                .filter(problem -> all.has(problem) && !those.has(problem))
                .sorted(Problem.ORDER)
                .toList();
    }

    private boolean has(Problem problem) {
        return others.contains(problem)
                || (problem.object() != null && problem.equals(found.listed(problem.anywhere())));
    }

    /** Returns the same problems for a following state. */
    ServedProblems unchanged() {
        return new ServedProblems(found, others, List.of(), List.of());
    }

    /** Returns the problems of reading, deciding and saving. */
    public Set<Problem> others() {
        return Collections.unmodifiableSet(others);
    }

    /** All problems, in {@link Problem#ORDER}. The list is made when it is first asked for. */
    public List<Problem> all() {
        List<Problem> made = all;
        if (made == null) {
            List<Problem> both = new ArrayList<>(others);
            both.addAll(found.all());
            made = both.stream().sorted(Problem.ORDER).distinct().toList();
            all = made;
        }
        return made;
    }

    /** Whether a manifest of a virtual environment with this name has an error. */
    public boolean isAtFault(VirtualEnvironmentName virtualEnvironment) {
        Set<VirtualEnvironmentName> made = atFault;
        if (made == null) {
            made = all().stream()
                    .filter(Problem::isError)
                    .map(Problem::object)
                    .filter(object -> object != null && object.kind() == Kind.VirtualEnvironment)
                    .map(ObjectKey::virtualEnvironmentName)
                    .collect(Collectors.toSet());
            atFault = made;
        }
        return made.contains(virtualEnvironment);
    }

    /** The problems of one object, in {@link Problem#ORDER}. */
    public List<Problem> of(ObjectKey object) {
        return Stream.concat(
                        found.of(object).stream(), others.stream().filter(problem -> object.equals(problem.object())))
                .sorted(Problem.ORDER)
                .distinct()
                .toList();
    }

    /** The objects that do not have the problems that they had in the state before. */
    public Set<ObjectKey> changedObjects() {
        return Stream.concat(appeared.stream(), healed.stream())
                .map(Problem::object)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** Returns the problems that appeared. */
    public List<Problem> appeared() {
        return appeared;
    }

    /** Returns the problems that were resolved. */
    public List<Problem> healed() {
        return healed;
    }

    boolean hasAny(Set<ProblemCode> codes) {
        return found.hasAny(codes) || others.stream().anyMatch(problem -> codes.contains(problem.code()));
    }
}
