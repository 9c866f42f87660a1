package dev.kitsune.xds.inspect;

import dev.kitsune.model.problem.Problem;
import java.util.Collection;

/** The number of problems by severity. */
record ProblemCounts(long errors, long warnings) {
    static ProblemCounts of(Collection<Problem> problems) {
        long errors = problems.stream().filter(Problem::isError).count();
        return new ProblemCounts(errors, problems.size() - errors);
    }
}
