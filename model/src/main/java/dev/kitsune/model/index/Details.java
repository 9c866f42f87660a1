package dev.kitsune.model.index;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.InheritedProblem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.Map;

/**
 * A resolved virtual environment.
 *
 * @param known its problems and those of all its ancestors, without their virtual environment. A descendant that has one
 *     of them inherits it, and does not report it again
 */
public record Details(ResolvedVirtualEnvironment virtualEnvironment, Map<Problem, InheritedProblem> known) {}
