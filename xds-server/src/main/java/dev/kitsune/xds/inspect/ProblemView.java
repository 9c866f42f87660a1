package dev.kitsune.xds.inspect;

import dev.kitsune.model.problem.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A problem as JSON shows it. */
public record ProblemView(
        String file,
        int line,
        int column,
        String severity,
        String code,
        @Nullable String object,
        @Nullable String environment,
        String message) {
    public static ProblemView of(Problem problem) {
        return new ProblemView(
                problem.position().file(),
                problem.position().line(),
                problem.position().column(),
                problem.severity().name().toLowerCase(Locale.ROOT),
                problem.code().name(),
                problem.object() == null ? null : problem.object().toString(),
                problem.environment(),
                problem.message());
    }
}
