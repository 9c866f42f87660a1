package dev.kitsune.model.problem;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One mistake in what a user wrote.
 *
 * @param object the object at fault, where the reader got far enough to know it
 * @param field the field at fault inside the object, such as {@code spec.data.variables.greeting}; null where the object
 *     as a whole is at fault, or where the field is not known
 * @param virtualEnvironment the virtual environment for which it shows, where it is not wrong for all of them
 * @param message one sentence: the offender, what was expected, what to do next; never a secret's value
 */
public record Problem(
        ProblemCode code,
        Severity severity,
        Position position,
        @Nullable ObjectKey object,
        @Nullable String field,
        @Nullable String virtualEnvironment,
        String message) {
    /** By file, line, column, then code and message, so that output does not depend on reading order. */
    public static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::position).thenComparing(Problem::code).thenComparing(Problem::message);

    public Problem {
        field = field == null || field.isEmpty() ? null : field;
    }

    /** Of the severity that the code has, and wrong for all virtual environments. */
    public Problem(
            ProblemCode code, Position position, @Nullable ObjectKey object, @Nullable String field, String message) {
        this(code, code.severity(), position, object, field, null, message);
    }

    /** Of an object as a whole, or of none. */
    public Problem(ProblemCode code, Position position, @Nullable ObjectKey object, String message) {
        this(code, position, object, null, message);
    }

    /** The same mistake, whichever virtual environment it shows for. */
    public Problem anywhere() {
        return virtualEnvironment == null ? this : new Problem(code, severity, position, object, field, null, message);
    }

    /** The same mistake, as it shows for one virtual environment. */
    public Problem in(String name) {
        return new Problem(code, severity, position, object, field, name, message);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** The one line that {@code kitsune check} prints. */
    @Override
    public String toString() {
        String about = virtualEnvironment == null ? "" : " (in " + virtualEnvironment + ")";
        return position + " " + severity.name().toLowerCase(java.util.Locale.ROOT) + " " + code + " " + message + about;
    }
}
