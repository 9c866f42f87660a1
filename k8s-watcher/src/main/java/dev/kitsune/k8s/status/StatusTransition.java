package dev.kitsune.k8s.status;

import dev.kitsune.k8s.status.WrittenStatus.WrittenCondition;
import dev.kitsune.model.manifest.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a condition of which users hear.
 *
 * @param environment of the virtual environment; null if it is unknown
 */
record StatusTransition(SeenObject object, @Nullable String environment, StatusCondition now) {
    /** {@code before}: the object as it was when its status was written */
    static List<StatusTransition> of(SeenObject before, ObjectStatus now) {
        Object environment = now.fields().get("environment");
        return before.key().kind() != Kind.VirtualEnvironment
                ? List.of()
                : now.conditions().stream()
                        .filter(condition -> isHeard(before.written().condition(condition.type()), condition))
                        .map(condition -> new StatusTransition(
                                before, environment == null ? null : environment.toString(), condition))
                        .toList();
    }

    /** A new virtual environment is not ready, and nobody needs to hear that. */
    private static boolean isHeard(@Nullable WrittenCondition before, StatusCondition now) {
        boolean was = before != null && before.isTrue();
        return switch (now.type()) {
            case Ready -> was != now.isTrue();
            case Released ->
                was != now.isTrue()
                        ? now.reason() != ConditionReason.Pending
                        : before != null
                                && now.reason() != ConditionReason.Pending
                                && !(before.reason().equals(now.reason().name())
                                        && before.message().equals(now.message()));
            default -> false;
        };
    }

    /** Whether it is what users hope for. */
    boolean isGood() {
        return now.isTrue();
    }
}
