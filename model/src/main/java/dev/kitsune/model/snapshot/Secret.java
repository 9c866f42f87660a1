package dev.kitsune.model.snapshot;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All keys of one Secret. */
public record Secret(Map<String, SecretValue> keys) {
    public Secret {
        keys = Map.copyOf(keys);
    }

    public @Nullable SecretValue get(String key) {
        return keys.get(key);
    }
}
