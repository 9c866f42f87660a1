package dev.kitsune.model.snapshot;

import org.jspecify.annotations.Nullable;

/** The selection policy of an environment, unless everyone may select. */
public sealed interface ResolvedSelection {
    /** Nobody: only rules lead there. */
    record SelectedByNobody() implements ResolvedSelection {}

    /**
     * The holder of a token that names the virtual environment may select it.
     *
     * @param jwks public keys alone, as a JWK Set in JSON
     * @param claim which must name the request's virtual environment
     * @param header lower case; of {@code authorization} the token follows {@code Bearer}
     */
    record SelectedByToken(
            String jwks, @Nullable String issuer, @Nullable String audience, String claim, String header, String cookie)
            implements ResolvedSelection {}

    /**
     * Only the holder of a token may select, but no token can be checked, so nobody can select for now.
     *
     * @param reason for the caller; names the Secret, never a value
     */
    record UnusableSelection(String reason) implements ResolvedSelection {}
}
