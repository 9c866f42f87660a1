package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A problem as JSON shows it.
 *
 * @param position with line and column 0 in an object of Kubernetes, which has no lines
 * @param field the field at fault inside the object; null if the whole object is at fault, or if the field is unknown
 */
public record ProblemView(
        @JsonUnwrapped Position position,
        String severity,
        String code,
        @Nullable String object,
        @Nullable String field,

        @JsonProperty("environment") @JsonSerialize(using = ToStringSerializer.class) @Nullable
        VirtualEnvironmentName virtualEnvironment,

        String message) {
    public static ProblemView of(Problem problem) {
        Position position = problem.position();
        return new ProblemView(
                position.hasLine() ? position : Position.ofObject(position.file()),
                problem.severity().name().toLowerCase(Locale.ROOT),
                problem.code().name(),
                problem.object() == null ? null : problem.object().toString(),
                problem.field(),
                problem.virtualEnvironment(),
                problem.message());
    }
}
