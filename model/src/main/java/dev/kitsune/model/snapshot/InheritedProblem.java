package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;

/**
 * A problem that a virtual environment has because it inherits something from another one.
 *
 * @param from the nearest ancestor that reports it
 * @param problem without a virtual environment
 */
public record InheritedProblem(ObjectKey from, Problem problem) {}
