package dev.kitsune.model.snapshot;

import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The version of one component in one virtual environment.
 *
 * @param environment the name of its environment
 */
public record Choice(String environment, ResolvedComponent component) {
    static @Nullable Choice of(@Nullable ResolvedVirtualEnvironment virtualEnvironment, ComponentName name) {
        ResolvedComponent component = virtualEnvironment == null
                ? null
                : virtualEnvironment.components().get(name);
        return virtualEnvironment == null || component == null
                ? null
                : new Choice(virtualEnvironment.environment(), component);
    }

    /** Returns the components for which a virtual environment runs another version than before. */
    public static Set<ComponentName> differing(
            @Nullable ResolvedVirtualEnvironment then, @Nullable ResolvedVirtualEnvironment now) {
        Set<ComponentName> names = new HashSet<>();
        if (then != null) {
            names.addAll(then.components().keySet());
        }
        if (now != null) {
            names.addAll(now.components().keySet());
        }
        names.removeIf(name -> Objects.equals(of(then, name), of(now, name)));
        return names;
    }
}
