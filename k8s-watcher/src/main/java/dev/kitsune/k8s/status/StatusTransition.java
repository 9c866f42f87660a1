package dev.kitsune.k8s.status;

import dev.kitsune.k8s.status.WrittenStatus.WrittenCondition;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a condition of which users hear.
 *
 * @param environment of the virtual environment; null for another kind, and if it is unknown
 */
record StatusTransition(SeenObject object, @Nullable String environment, StatusCondition now) {
    /** {@code before}: the object as it was when its status was written */
    static List<StatusTransition> of(SeenObject before, ObjectStatus now) {
        Object environment = now.fields().get("environment");
        List<StatusCondition> heard = now.conditions().stream()
                .filter(condition -> isHeard(before.written().condition(condition.type()), condition, before.key()))
                .toList();
        return heard.stream()
                .filter(condition -> !isRepeated(condition, heard))
                .map(condition ->
                        new StatusTransition(before, environment == null ? null : environment.toString(), condition))
                .toList();
    }

    /** A new virtual environment is not ready, and nobody needs to hear that unless it is wrong. */
    private static boolean isHeard(@Nullable WrittenCondition before, StatusCondition now, ObjectKey object) {
        boolean was = before != null && before.isTrue();
        return switch (now.type()) {
            case Ready -> was != now.isTrue();
            case Accepted ->
                now.isTrue()
                        ? before != null && !was && object.kind() != Kind.VirtualEnvironment // It has Ready for that.
                        : before == null || was;
            case Programmed ->
                now.reason() == ConditionReason.Refused
                        && !(before != null && before.reason().equals(ConditionReason.Refused.name()));
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

    /** One that is not ready any more says why, so the cause need not be told as well. */
    private static boolean isRepeated(StatusCondition condition, List<StatusCondition> heard) {
        boolean isCause = condition.type() == ConditionType.Accepted || condition.type() == ConditionType.Programmed;
        return isCause
                && heard.stream()
                        .anyMatch(other -> other.type() == ConditionType.Ready
                                && other.reason() == condition.reason()
                                && other.message().equals(condition.message()));
    }

    /** Whether it is what users hope for. */
    boolean isGood() {
        return now.isTrue();
    }
}
