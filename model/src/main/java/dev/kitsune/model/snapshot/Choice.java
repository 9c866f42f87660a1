package dev.kitsune.model.snapshot;

import dev.kitsune.model.snapshot.ResolvedEnvironment.ResolvedComponent;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one virtual environment runs for one component.
 *
 * @param environment the name of its kind of environment
 */
public record Choice(String environment, ResolvedComponent component) {
    static @Nullable Choice of(@Nullable ResolvedEnvironment environment, ComponentName name) {
        ResolvedComponent component =
                environment == null ? null : environment.components().get(name);
        return environment == null || component == null ? null : new Choice(environment.environment(), component);
    }

    /** The components for which an environment runs something else than it did. */
    public static Set<ComponentName> differing(@Nullable ResolvedEnvironment then, @Nullable ResolvedEnvironment now) {
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
