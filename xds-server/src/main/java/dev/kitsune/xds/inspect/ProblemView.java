package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonProperty;
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
        @JsonProperty("environment") @Nullable String virtualEnvironment,
        String message) {
    public static ProblemView of(Problem problem) {
        return new ProblemView(
                problem.position().file(),
                problem.position().line(),
                problem.position().column(),
                problem.severity().name().toLowerCase(Locale.ROOT),
                problem.code().name(),
                problem.object() == null ? null : problem.object().toString(),
                problem.virtualEnvironment(),
                problem.message());
    }
}
