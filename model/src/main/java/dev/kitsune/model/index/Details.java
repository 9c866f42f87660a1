package dev.kitsune.model.index;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import java.util.Set;

/**
 * A resolved environment.
 *
 * @param known its problems and all its ancestors', without the environment in which they show: a descendant does not
 *     report them again
 */
public record Details(ResolvedEnvironment environment, Set<Problem> known) {}
