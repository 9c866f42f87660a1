package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Value;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values that the rules of all app deployments of an app read from a virtual environment. Virtual environments with
 * equal values have the same rules, whichever app deployment is selected.
 *
 * @param variables the variables that the rules name
 * @param components the components that have rules
 */
public record RuleInputs(Set<String> variables, Set<ComponentName> components) {
    public static final RuleInputs NONE = new RuleInputs(Set.of(), Set.of());

    public RuleInputs {
        variables = Set.copyOf(variables);
        components = Set.copyOf(components);
    }

    public boolean sameIn(ResolvedVirtualEnvironment one, ResolvedVirtualEnvironment other) {
        return variables.stream().allMatch(v -> Objects.equals(value(v, one), value(v, other)))
                && components.stream()
                        .allMatch(c -> Objects.equals(
                                one.components().get(c), other.components().get(c)));
    }

    private static @Nullable Value value(String variable, ResolvedVirtualEnvironment virtualEnvironment) {
        Overlay.OverlayVariable found = virtualEnvironment.overlay().variables().get(variable);
        return found == null ? null : found.value();
    }
}
