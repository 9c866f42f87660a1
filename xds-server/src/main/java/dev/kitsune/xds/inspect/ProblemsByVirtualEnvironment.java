package dev.kitsune.xds.inspect;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All problems by the virtual environment that has them or is affected by them. */
final class ProblemsByVirtualEnvironment {
    private final Map<VirtualEnvironmentName, Set<Problem>> found = new HashMap<>();

    ProblemsByVirtualEnvironment(List<Problem> all) {
        for (Problem problem : all) {
            if (problem.virtualEnvironment() != null) {
                add(problem.virtualEnvironment(), problem);
            }
            if (problem.object() != null && problem.object().kind() == Kind.VirtualEnvironment) {
                add(problem.object().virtualEnvironmentName(), problem);
            }
        }
    }

    private void add(VirtualEnvironmentName virtualEnvironment, Problem problem) {
        found.computeIfAbsent(virtualEnvironment, name -> new LinkedHashSet<>()).add(problem);
    }

    List<Problem> of(ResolvedVirtualEnvironment virtualEnvironment) {
        Set<Problem> problems = new LinkedHashSet<>(virtualEnvironment.problems());
        problems.addAll(found.getOrDefault(virtualEnvironment.name(), Set.of()));
        return problems.stream().sorted(Problem.ORDER).toList();
    }
}
