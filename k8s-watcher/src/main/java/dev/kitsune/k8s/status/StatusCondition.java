package dev.kitsune.k8s.status;

/**
 * One condition of an object.
 *
 * @param message a sentence for people
 */
record StatusCondition(ConditionType type, ConditionState state, ConditionReason reason, String message) {
    /** The status of a condition, in the words of Kubernetes. */
    enum ConditionState {
        True,
        False,
        Unknown
    }

    static StatusCondition yes(ConditionType type, ConditionReason reason, String message) {
        return new StatusCondition(type, ConditionState.True, reason, message);
    }

    static StatusCondition no(ConditionType type, ConditionReason reason, String message) {
        return new StatusCondition(type, ConditionState.False, reason, message);
    }

    boolean isTrue() {
        return state == ConditionState.True;
    }
}
