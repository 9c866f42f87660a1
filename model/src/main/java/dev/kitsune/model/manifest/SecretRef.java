package dev.kitsune.model.manifest;

import org.jspecify.annotations.Nullable;

/**
 * A reference to a secret's value, never the value itself.
 *
 * @param name of the Secret (in file mode of the folder {@code secrets/NAME})
 * @param key one key of it; absent for the whole Secret, as TLS certificates need it
 */
public record SecretRef(String name, @Nullable String key) {}
