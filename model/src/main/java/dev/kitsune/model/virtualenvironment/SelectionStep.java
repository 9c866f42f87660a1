package dev.kitsune.model.virtualenvironment;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Environment.Selection;
import dev.kitsune.model.snapshot.ResolvedSelection;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the selection policy of an environment. The keys that check tokens are part of a listener, which people can
 * read. Only public keys may reach it, and only keys that Envoy supports, because Envoy would reject the listener for
 * any other key.
 */
public final class SelectionStep {
    private SelectionStep() {}

    /** Null for everyone. */
    public static @Nullable ResolvedSelection resolve(Selection selection, Reads reads) {
        if (selection instanceof Selection.Token token) {
            return token(token, reads);
        }
        return selection instanceof Selection.Nobody ? new ResolvedSelection.SelectedByNobody() : null;
    }

    private static ResolvedSelection token(Selection.Token token, Reads reads) {
        // A policy belongs to the mesh, so its keys are in no user's namespace.
        SecretLocation location = new SecretLocation(
                reads.secretId("", token.jwks().name()), token.jwks().key());
        SecretValue value = reads.value(location);
        if (value == null || value.isEmpty()) {
            return unusable(
                    location, "is missing: put the public keys there, or make a pair with `kitsune token --new-key`");
        }
        JWKSet all;
        try {
            all = JWKSet.parse(new String(value.reveal(), StandardCharsets.UTF_8));
        } catch (ParseException e) {
            // Its message may quote a key.
            return unusable(location, "is not a JWK Set: write {\"keys\": [...]} with public keys");
        }
        if (all.getKeys().stream().anyMatch(JWK::isPrivate)) {
            return unusable(
                    location,
                    "holds a private or symmetric key, which a verifier of tokens must not have:"
                            + " keep only public keys there");
        }
        List<JWK> known =
                all.getKeys().stream().filter(VerifyingKey::isKnownToEnvoy).toList();
        if (known.isEmpty()) {
            return unusable(
                    location,
                    "holds no key that Envoy can check signatures with: use RSA, EC (P-256, P-384, P-521) or Ed25519");
        }
        return new ResolvedSelection.SelectedByToken(
                new JWKSet(known).toString(true),
                token.issuer(),
                token.audience(),
                token.claim(),
                token.header().toLowerCase(Locale.ROOT),
                token.cookie());
    }

    private static ResolvedSelection.UnusableSelection unusable(SecretLocation location, String what) {
        return new ResolvedSelection.UnusableSelection(
                "the keys that check tokens cannot be used: " + location + " " + what);
    }
}
