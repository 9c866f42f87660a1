package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.List;

/**
 * The content of one text.
 *
 * @param manifests the objects without an error, in the order of the text
 * @param problems in {@link Problem#ORDER}; an object with an error is named by it, unless its own name could not be
 *     read
 */
public record ReadResult(List<Manifest<?>> manifests, List<Problem> problems) {
    public ReadResult {
        manifests = List.copyOf(manifests);
        problems = List.copyOf(problems);
    }

    /** Whether the text was read to its end. If not, it may hold more objects than those here. */
    public boolean complete() {
        return problems.stream().noneMatch(p -> p.code() == ProblemCode.UnreadableFile);
    }
}
