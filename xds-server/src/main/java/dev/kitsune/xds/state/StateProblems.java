package dev.kitsune.xds.state;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.nio.file.Path;

/** What is wrong with a file of the state. */
final class StateProblems {
    private StateProblems() {}

    static Problem unreadable(Path file, String sentence) {
        return new Problem(ProblemCode.UnreadableFile, new Position(file.toString(), 1, 1), null, sentence);
    }
}
