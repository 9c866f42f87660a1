package dev.kitsune.model.index;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.Set;

/**
 * A resolved virtual environment.
 *
 * @param known its problems and those of all its ancestors, without their virtual environment; a descendant does not
 *     report them again
 */
public record Details(ResolvedVirtualEnvironment virtualEnvironment, Set<Problem> known) {}
