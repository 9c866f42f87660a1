package dev.kitsune.xds.state;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.nio.file.Path;

/** The problems of state files. */
final class StateProblems {
    private StateProblems() {}

    static Problem unreadable(Path file, String sentence) {
        return new Problem(ProblemCode.UnreadableFile, new Position(file.toString(), 1, 1), null, sentence);
    }
}
