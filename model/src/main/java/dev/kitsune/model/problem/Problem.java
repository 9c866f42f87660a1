package dev.kitsune.model.problem;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One mistake in a user's files or objects.
 *
 * @param object the object at fault; null if it is unknown
 * @param field the field at fault inside the object, such as {@code spec.data.variables.greeting}; null if the whole
 *     object is at fault, or if the field is unknown
 * @param virtualEnvironment the virtual environment that has the problem; null if all of them have it
 * @param message the object at fault, what was expected, and what to do next; never a secret's value
 */
public record Problem(
        ProblemCode code,
        Severity severity,
        Position position,
        @Nullable ObjectKey object,
        @Nullable String field,
        @Nullable VirtualEnvironmentName virtualEnvironment,
        String message) {
    /** Orders by file, line, column, code and message, so that output does not depend on the order of reading. */
    public static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::position).thenComparing(Problem::code).thenComparing(Problem::message);

    public Problem {
        field = field == null || field.isEmpty() ? null : field;
    }

    /** A problem with its code's severity that all virtual environments have. */
    public Problem(
            ProblemCode code, Position position, @Nullable ObjectKey object, @Nullable String field, String message) {
        this(code, code.severity(), position, object, field, null, message);
    }

    /** A problem of a whole object, or of none. */
    public Problem(ProblemCode code, Position position, @Nullable ObjectKey object, String message) {
        this(code, position, object, null, message);
    }

    /** Returns the same problem without a virtual environment. */
    public Problem anywhere() {
        return virtualEnvironment == null ? this : new Problem(code, severity, position, object, field, null, message);
    }

    /** Returns the same problem for one virtual environment. */
    public Problem in(VirtualEnvironmentName name) {
        return new Problem(code, severity, position, object, field, name, message);
    }

    /** Returns the same problem in an object of Kubernetes. */
    public Problem withoutLine() {
        return new Problem(code, severity, position.withoutLine(), object, field, virtualEnvironment, message);
    }

    /** Returns the place at fault: the position, and the path of the field if the position has no line. */
    public String place() {
        return position.hasLine() || field == null ? position.toString() : position + " " + field;
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** The one line that {@code kitsune check} prints. */
    @Override
    public String toString() {
        String about = virtualEnvironment == null ? "" : " (in " + virtualEnvironment + ")";
        return place() + " " + severity.name().toLowerCase(java.util.Locale.ROOT) + " " + code + " " + message + about;
    }
}
