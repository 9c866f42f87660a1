package dev.kitsune.model.snapshot;

import org.jspecify.annotations.Nullable;

/** One key of a Secret, or the whole Secret if {@code key} is null. */
public record SecretLocation(SecretId secret, @Nullable String key) {
    @Override
    public String toString() {
        return key == null ? secret.toString() : secret + "[" + key + "]";
    }
}
