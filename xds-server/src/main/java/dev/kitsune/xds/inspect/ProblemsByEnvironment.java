package dev.kitsune.xds.inspect;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The problems of all, sorted by the virtual environment that they are about: what it is itself wrong in, or suffers from. */
final class ProblemsByEnvironment {
    private final Map<String, Set<Problem>> found = new HashMap<>();

    ProblemsByEnvironment(List<Problem> all) {
        for (Problem problem : all) {
            if (problem.environment() != null) {
                add(problem.environment(), problem);
            }
            if (problem.object() != null && problem.object().kind() == Kind.VirtualEnvironment) {
                add(problem.object().name(), problem);
            }
        }
    }

    private void add(String environment, Problem problem) {
        found.computeIfAbsent(environment, name -> new LinkedHashSet<>()).add(problem);
    }

    List<Problem> of(ResolvedEnvironment environment) {
        Set<Problem> problems = new LinkedHashSet<>(environment.problems());
        problems.addAll(found.getOrDefault(environment.name(), Set.of()));
        return problems.stream().sorted(Problem.ORDER).toList();
    }
}
