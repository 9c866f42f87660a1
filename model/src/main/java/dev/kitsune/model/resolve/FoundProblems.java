package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * All problems that resolving found, by their source and by their object. The collection is persistent, so sources that
 * were not examined again cost nothing.
 */
public final class FoundProblems {
    public static final FoundProblems NONE =
            new FoundProblems(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    private final PMap<ProblemSource, List<Problem>> bySource;
    private final PMap<ObjectKey, PMap<Problem, Shown>> byObject;
    private final PMap<ProblemCode, Integer> codes;

    /**
     * The virtual environments that have one problem, each with a count. The name is empty if all of them have it. The
     * problem is listed once, for the first of them.
     */
    private record Shown(TreePMap<VirtualEnvironmentName, Integer> counts) {
        private static final VirtualEnvironmentName ALL = new VirtualEnvironmentName("");

        Shown with(Problem problem, int more) {
            VirtualEnvironmentName name = Objects.requireNonNullElse(problem.virtualEnvironment(), ALL);
            int count = counts.getOrDefault(name, 0) + more;
            return new Shown(count == 0 ? counts.minus(name) : counts.plus(name, count));
        }

        Problem of(Problem anywhere) {
            VirtualEnvironmentName first = counts.firstKey();
            return first.equals(ALL) ? anywhere : anywhere.in(first);
        }
    }

    private FoundProblems(
            PMap<ProblemSource, List<Problem>> bySource,
            PMap<ObjectKey, PMap<Problem, Shown>> byObject,
            PMap<ProblemCode, Integer> codes) {
        this.bySource = bySource;
        this.byObject = byObject;
        this.codes = codes;
    }

    /** Returns the problems of a source, each for its virtual environment. */
    List<Problem> at(ProblemSource source) {
        return bySource.getOrDefault(source, List.of());
    }

    /**
     * Returns the problems of an object, in {@link Problem#ORDER}. A problem that several virtual environments share is
     * listed once.
     */
    public List<Problem> of(ObjectKey object) {
        return shown(byObject.get(object)).stream().sorted(Problem.ORDER).toList();
    }

    /** Returns all problems, in no order. The cost is proportional to their number. */
    public List<Problem> all() {
        List<Problem> all = new ArrayList<>();
        byObject.values().forEach(of -> all.addAll(shown(of)));
        return all;
    }

    public boolean hasAny(Collection<ProblemCode> wanted) {
        return wanted.stream().anyMatch(codes::containsKey);
    }

    /**
     * Returns the listed form of one problem; null if it is not listed. {@code anywhere}: without a virtual environment
     */
    @Nullable
    public Problem listed(Problem anywhere) {
        PMap<Problem, Shown> of = byObject.get(object(anywhere));
        Shown where = of == null ? null : of.get(anywhere);
        return where == null ? null : where.of(anywhere);
    }

    private static List<Problem> shown(@Nullable PMap<Problem, Shown> of) {
        List<Problem> shown = new ArrayList<>();
        if (of != null) {
            of.forEach((problem, where) -> shown.add(where.of(problem)));
        }
        return shown;
    }

    /** Replaces all problems of a source. */
    FoundProblems with(ProblemSource source, List<Problem> found) {
        PMap<ObjectKey, PMap<Problem, Shown>> objects = byObject;
        PMap<ProblemCode, Integer> counted = codes;
        for (Problem problem : found) {
            PMap<Problem, Shown> of = objects.getOrDefault(object(problem), HashTreePMap.empty());
            Shown where = of.get(problem.anywhere());
            if (where == null) {
                counted = counted.plus(problem.code(), counted.getOrDefault(problem.code(), 0) + 1);
            }
            Shown next = (where == null ? new Shown(TreePMap.empty()) : where).with(problem, 1);
            objects = objects.plus(object(problem), of.plus(problem.anywhere(), next));
        }
        for (Problem problem : at(source)) {
            PMap<Problem, Shown> of = objects.getOrDefault(object(problem), HashTreePMap.empty());
            Shown left = Objects.requireNonNull(of.get(problem.anywhere())).with(problem, -1);
            if (left.counts().isEmpty()) {
                int count = counted.getOrDefault(problem.code(), 0) - 1;
                counted = count == 0 ? counted.minus(problem.code()) : counted.plus(problem.code(), count);
            }
            of = left.counts().isEmpty() ? of.minus(problem.anywhere()) : of.plus(problem.anywhere(), left);
            objects = of.isEmpty() ? objects.minus(object(problem)) : objects.plus(object(problem), of);
        }
        return new FoundProblems(
                found.isEmpty() ? bySource.minus(source) : bySource.plus(source, List.copyOf(found)), objects, counted);
    }

    /** Every problem of resolving belongs to an object. */
    static ObjectKey object(Problem problem) {
        return Objects.requireNonNull(problem.object(), problem::toString);
    }
}
