package dev.kitsune.k8s.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of itself. Nobody has checked its signature, so this serves only to refuse what the API server would
 * refuse, too, without asking it.
 *
 * @param ends when it is over; the beginning of time if it does not say so
 */
record UnverifiedClaims(Set<String> audiences, Instant ends, String namespace, String pod, String uid) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A projected token has about 1,200. */
    private static final int MOST_CHARACTERS = 16_384;

    UnverifiedClaims {
        audiences = Set.copyOf(audiences);
    }

    /** Returns null for what is no token of a service account. */
    static @Nullable UnverifiedClaims of(String token) {
        String[] parts = token.length() > MOST_CHARACTERS ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            if (claims == null || !claims.isObject()) {
                return null;
            }
            JsonNode cluster = claims.path("kubernetes.io");
            return new UnverifiedClaims(
                    audiences(claims.path("aud")),
                    Instant.ofEpochSecond(
                            Math.max(0, Math.min(claims.path("exp").asLong(), Integer.MAX_VALUE))),
                    cluster.path("namespace").asText(),
                    cluster.path("pod").path("name").asText(),
                    cluster.path("pod").path("uid").asText());
        } catch (JacksonException | IllegalArgumentException e) {
            return null; // It is somebody else's text, and may hold anything.
        } catch (IOException e) {
            throw new IllegalStateException("no file is read", e);
        }
    }

    private static Set<String> audiences(JsonNode aud) {
        Set<String> found = new HashSet<>();
        if (aud.isTextual()) {
            found.add(aud.asText());
        }
        aud.forEach(one -> found.add(one.asText()));
        return found;
    }
}
