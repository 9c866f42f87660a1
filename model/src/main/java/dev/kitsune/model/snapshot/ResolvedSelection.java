package dev.kitsune.model.snapshot;

import org.jspecify.annotations.Nullable;

/** Who may select the virtual environments of a kind, where that is not everyone. */
public sealed interface ResolvedSelection {
    /** No one: only rules lead there. */
    record Nobody() implements ResolvedSelection {}

    /**
     * Who holds a token that names the environment.
     *
     * @param jwks public keys alone, as a JWK Set in JSON
     * @param claim which must name the request's environment
     * @param header lower case; of {@code authorization} the token follows {@code Bearer}
     */
    record Token(
            String jwks, @Nullable String issuer, @Nullable String audience, String claim, String header, String cookie)
            implements ResolvedSelection {}

    /**
     * Who holds a token, and none can be checked: no one for now.
     *
     * @param reason for the caller; names the Secret, never a value
     */
    record Unusable(String reason) implements ResolvedSelection {}
}
