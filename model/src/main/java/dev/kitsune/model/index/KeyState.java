package dev.kitsune.model.index;

import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What resolving may know of a secret's value. */
public enum KeyState {
    USABLE,
    EMPTY,
    /** With CR, LF, NUL or another control character inside: right for a certificate, never for a header. */
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
