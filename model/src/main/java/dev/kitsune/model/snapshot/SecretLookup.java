package dev.kitsune.model.snapshot;

import org.jspecify.annotations.Nullable;

/** Finds the values of secrets when a header is rendered. */
@FunctionalInterface
public interface SecretLookup {
    /** Returns the value; null if the secret or its key is missing. */
    @Nullable
    SecretValue value(SecretLocation location);
}
