package dev.kitsune.model.index;

import dev.kitsune.model.problem.ProblemCode;

/** An error in one object that does not depend on other objects. It is a problem without its position. */
public record Flaw(ProblemCode code, String field, String message) {}
