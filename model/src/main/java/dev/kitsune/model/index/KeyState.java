package dev.kitsune.model.index;

import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The only information about a secret's value that resolving may use. */
public enum KeyState {
    USABLE,
    EMPTY,
    /**
     * The value has CR, LF, NUL or another control character inside. It is valid for a certificate, but not for a
     * header.
     */
    MANY_LINES;

    static Map<String, KeyState> of(@Nullable Secret secret) {
        Map<String, KeyState> states = new HashMap<>();
        if (secret != null) {
            secret.keys().forEach((key, value) -> states.put(key, of(value)));
        }
        return Map.copyOf(states);
    }

    private static KeyState of(SecretValue value) {
        if (value.isEmpty()) {
            return EMPTY;
        }
        for (byte b : value.reveal()) {
            if (Delivery.isControl(b & 0xFF)) {
                return MANY_LINES;
            }
        }
        return USABLE;
    }
}
