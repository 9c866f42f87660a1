package dev.kitsune.k8s.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnverifiedClaimsTest {
    private static String token(String claims) {
        return "e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
    }

    @Test
    void aProjectedTokenNamesItsPod() {
        assertThat(UnverifiedClaims.of(token("""
                        {"aud": ["kitsune"], "exp": 1767225600, "sub": "system:serviceaccount:shop:default",
                         "kubernetes.io": {"namespace": "shop", "pod": {"name": "front-1", "uid": "u1"}}}""")))
                .isEqualTo(new UnverifiedClaims(
                        Set.of("kitsune"), Instant.ofEpochSecond(1767225600), "shop", "front-1", "u1"));
    }

    @Test
    void oneAudienceMayBeAText() {
        assertThat(UnverifiedClaims.of(token("{\"aud\": \"kitsune\"}")))
                .isEqualTo(new UnverifiedClaims(Set.of("kitsune"), Instant.EPOCH, "", "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.b", "a.b.c", "a.e30.c.d", "..", "e30.W10.c", "e30.bnVsbA.c", "e30.!.c"})
    void whatIsNoTokenIsNone(String text) {
        assertThat(UnverifiedClaims.of(text)).isNull();
    }

    @Test
    void aHugeTextIsNotRead() {
        assertThat(UnverifiedClaims.of(token("{\"aud\": \"" + "x".repeat(20_000) + "\"}")))
                .isNull();
    }
}
