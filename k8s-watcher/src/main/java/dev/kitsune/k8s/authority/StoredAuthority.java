package dev.kitsune.k8s.authority;

import dev.kitsune.model.snapshot.SecretValue;
import org.jspecify.annotations.Nullable;

/** A certificate authority with its key, both as PEM. */
public record StoredAuthority(String certificate, SecretValue key) {
    /** Returns null if one of the texts is missing. */
    static @Nullable StoredAuthority of(@Nullable String certificate, @Nullable SecretValue key) {
        return certificate == null || key == null ? null : new StoredAuthority(certificate, key);
    }
}
