package dev.kitsune.model.index;

import dev.kitsune.model.problem.ProblemCode;

/** What is wrong with one object by itself, whatever else there is; a problem but for its place. */
public record Flaw(ProblemCode code, String field, String message) {}
