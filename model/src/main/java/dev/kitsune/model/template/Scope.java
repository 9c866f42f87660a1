package dev.kitsune.model.template;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.snapshot.Overlay;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values that a template can use: a virtual environment's variables and secrets, and declared defaults.
 *
 * @param defaults used where the overlay has no such variable
 */
public record Scope(Overlay overlay, Map<String, Value> defaults) {

    /** Returns null if it has no value. */
    public @Nullable Value variable(String name) {
        Overlay.OverlayVariable found = overlay.variables().get(name);
        return found != null ? found.value() : defaults.get(name);
    }

    Overlay.@Nullable SecretSource secret(String name) {
        return overlay.secrets().get(name);
    }

    Set<String> variableNames() {
        Set<String> names = new TreeSet<>(overlay.variables().keySet());
        names.addAll(defaults.keySet());
        return names;
    }

    Set<String> secretNames() {
        return new TreeSet<>(overlay.secrets().keySet());
    }
}
