package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.InheritedProblem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The problems that an object shows, its own ones first. Some of them make one of its conditions false.
 *
 * @param all without duplicates
 * @param inherited those of them that a virtual environment has because an ancestor has them, with that ancestor
 */
record CountedProblems(ObjectKey object, List<Problem> all, Map<Problem, ObjectKey> inherited) {
    /** {@code resolved}: of the object itself; null for none */
    static CountedProblems of(ObjectKey object, List<Problem> problems, @Nullable ResolvedVirtualEnvironment resolved) {
        Stream<Problem> found = resolved == null ? Stream.empty() : resolved.problems().stream();
        Map<Problem, ObjectKey> inherited = resolved == null
                ? Map.of()
                : resolved.inheritedProblems().stream()
                        .collect(Collectors.toMap(InheritedProblem::problem, InheritedProblem::from));
        return new CountedProblems(
                object,
                Stream.of(found, problems.stream(), inherited.keySet().stream())
                        .flatMap(some -> some)
                        .map(problem -> isElsewhere(object, problem) ? problem : problem.anywhere())
                        .distinct()
                        .sorted(Comparator.comparing((Problem problem) -> inherited.containsKey(problem))
                                .thenComparing(problem -> !object.equals(problem.object()))
                                .thenComparing(Problem.ORDER))
                        .toList(),
                inherited);
    }

    /** Whether only another virtual environment has the problem, so that the object itself is right. */
    private static boolean isElsewhere(ObjectKey object, Problem problem) {
        return problem.virtualEnvironment() != null
                && !(object.kind() == Kind.VirtualEnvironment
                        && problem.virtualEnvironment().equals(object.virtualEnvironmentName()));
    }

    /** Returns the false condition that the problems lead to; null if they lead to none. */
    @Nullable
    StatusCondition against(ConditionType type) {
        List<Problem> those = all.stream()
                .filter(problem ->
                        counts(problem) && ConditionRow.of(problem.code()).type() == type)
                .toList();
        return those.isEmpty()
                ? null
                : StatusCondition.no(
                        type, ConditionRow.of(those.get(0).code()).reason(), text(those.get(0)) + more(those.size()));
    }

    private static boolean counts(Problem problem) {
        return problem.virtualEnvironment() == null && (problem.isError() || problem.code() == ProblemCode.Expired);
    }

    /** Returns a problem's words, with the object at fault if that is another one. */
    String words(Problem problem) {
        ObjectKey from = inherited.get(problem);
        String about = problem.virtualEnvironment() == null ? "" : " (in " + problem.virtualEnvironment() + ")";
        String place = problem.object() == null || object.equals(problem.object()) ? "" : problem.place() + ": ";
        return place + problem.message() + about + (from == null ? "" : " (inherited from " + from + ")");
    }

    private String text(Problem problem) {
        boolean own = problem.field() != null && object.equals(problem.object());
        return (own ? problem.field() + ": " : "") + words(problem);
    }

    private static String more(int count) {
        return count == 1 ? "" : " (and " + (count - 1) + " more)";
    }
}
