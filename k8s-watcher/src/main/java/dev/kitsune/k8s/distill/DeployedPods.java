package dev.kitsune.k8s.distill;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the pods of a Deployment are doing, as its status says.
 *
 * @param failed whether they will hardly be available without a change
 * @param words the reason as a sentence
 */
record DeployedPods(boolean available, boolean failed, String words) {
    static DeployedPods of(DeploymentKey key, long generation, Map<?, ?> spec, Map<?, ?> status) {
        if (number(spec.get("replicas"), 1) == 0) {
            return new DeployedPods(false, false, key.name() + " is scaled to no pods");
        }
        String failure = failure(status);
        if (!failure.isEmpty()) {
            return new DeployedPods(false, true, key.name() + ": " + failure);
        }
        boolean isSeen = number(status.get("observedGeneration"), 0) >= generation;
        if (isSeen && is(status, "Available", "True") && number(status.get("availableReplicas"), 0) > 0) {
            return new DeployedPods(true, false, key.name() + " is available");
        }
        return new DeployedPods(
                false,
                false,
                number(status.get("availableReplicas"), 0) + " of " + number(spec.get("replicas"), 1) + " pods of "
                        + key.name() + " are available");
    }

    /** Returns the words of the Deployment; empty if nothing has failed. */
    private static String failure(Map<?, ?> status) {
        if (is(status, "ReplicaFailure", "True")) {
            return message(status, "ReplicaFailure");
        }
        return is(status, "Progressing", "False") ? message(status, "Progressing") : "";
    }

    private static boolean is(Map<?, ?> status, String type, String state) {
        return state.equals(condition(status, type).get("status"));
    }

    private static String message(Map<?, ?> status, String type) {
        Map<?, ?> condition = condition(status, type);
        return Objects.toString(condition.get("message"), Objects.toString(condition.get("reason"), type));
    }

    private static Map<?, ?> condition(Map<?, ?> status, String type) {
        if (status.get("conditions") instanceof List<?> all) {
            for (Object one : all) {
                if (one instanceof Map<?, ?> condition && type.equals(condition.get("type"))) {
                    return condition;
                }
            }
        }
        return Map.of();
    }

    private static long number(@Nullable Object field, long absent) {
        return field instanceof Number number ? number.longValue() : absent;
    }
}
