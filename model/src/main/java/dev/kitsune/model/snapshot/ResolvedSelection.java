package dev.kitsune.model.snapshot;

import org.jspecify.annotations.Nullable;

/** The selection policy of an environment, unless everyone may select. */
public sealed interface ResolvedSelection {
    /** Nobody may select, so requests reach the virtual environments only by rules. */
    record SelectedByNobody() implements ResolvedSelection {}

    /**
     * The holder of a token that names the virtual environment may select it.
     *
     * @param jwks the public keys, as a JWK Set in JSON
     * @param claim the claim that must name the request's virtual environment
     * @param header the header in lower case; in {@code authorization} the token follows {@code Bearer}
     */
    record SelectedByToken(
            String jwks, @Nullable String issuer, @Nullable String audience, String claim, String header, String cookie)
            implements ResolvedSelection {}

    /**
     * Only the holder of a token may select, but no token can be checked, so nobody can select for now.
     *
     * @param reason the reason for the caller, with the name of the Secret but never with a value
     */
    record UnusableSelection(String reason) implements ResolvedSelection {}
}
