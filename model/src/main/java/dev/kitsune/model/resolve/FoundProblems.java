package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.ObjectKey;
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
 * All problems that resolving found, by where they were found and by the object that they are about. Persistent: what was
 * not looked at again costs nothing.
 */
public final class FoundProblems {
    public static final FoundProblems NONE =
            new FoundProblems(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    private final PMap<ProblemSource, List<Problem>> bySource;
    private final PMap<ObjectKey, PMap<Problem, Shown>> byObject;
    private final PMap<ProblemCode, Integer> codes;

    /**
     * For which virtual environments one mistake shows, each with how often; under an empty name where it is wrong for all.
     * It is listed once, for the first of them.
     */
    private record Shown(TreePMap<String, Integer> counts) {
        Shown with(Problem problem, int more) {
            String name = Objects.requireNonNullElse(problem.virtualEnvironment(), "");
            int count = counts.getOrDefault(name, 0) + more;
            return new Shown(count == 0 ? counts.minus(name) : counts.plus(name, count));
        }

        Problem of(Problem anywhere) {
            String first = counts.firstKey();
            return first.isEmpty() ? anywhere : anywhere.in(first);
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

    /** What was found somewhere, each for its virtual environment. */
    List<Problem> at(ProblemSource source) {
        return bySource.getOrDefault(source, List.of());
    }

    /** The problems of an object, in {@link Problem#ORDER}; one that several virtual environments share is there once. */
    public List<Problem> of(ObjectKey object) {
        return shown(byObject.get(object)).stream().sorted(Problem.ORDER).toList();
    }

    /** All of them, in no order. Costs as much as there are. */
    public List<Problem> all() {
        List<Problem> all = new ArrayList<>();
        byObject.values().forEach(of -> all.addAll(shown(of)));
        return all;
    }

    public boolean hasAny(Collection<ProblemCode> wanted) {
        return wanted.stream().anyMatch(codes::containsKey);
    }

    /** How one mistake is listed; null where it is not. {@code anywhere}: without a virtual environment */
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

    /** With other problems in place of all that were found at a source. */
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

    /** What is resolved is an object's. */
    static ObjectKey object(Problem problem) {
        return Objects.requireNonNull(problem.object(), problem::toString);
    }
}
