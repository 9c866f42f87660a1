package dev.kitsune.model.manifest;

import java.util.Map;
import java.util.Set;

/**
 * Selects objects by their labels, as a label selector of Kubernetes does.
 *
 * @param requirements all of them must hold
 */
public record LabelSelector(Set<Requirement> requirements) {
    /** Selects every object. */
    public static final LabelSelector EVERYTHING = new LabelSelector(Set.of());

    public LabelSelector {
        requirements = Set.copyOf(requirements);
    }

    /**
     * A requirement about one label.
     *
     * @param values empty for the operators that take none
     */
    public record Requirement(String key, SelectorOperator operator, Set<String> values) {
        public Requirement {
            values = Set.copyOf(values);
        }

        boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
            };
        }
    }

    /** The operators of Kubernetes. {@code NotIn} also holds for an object without the label. */
    public enum SelectorOperator {
        In,
        NotIn,
        Exists,
        DoesNotExist;

        /** Whether it compares the label with values. */
        public boolean takesValues() {
            return this == In || this == NotIn;
        }
    }

    public boolean selectsEverything() {
        return requirements.isEmpty();
    }

    public boolean selects(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> requirement.holds(labels));
    }
}
