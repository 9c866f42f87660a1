package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        StringBuilder text = new StringBuilder();
        object(
                text,
                "Environment",
                "prod",
                "selection: {type: Token, jwks: {secretRef: {name: keys, key: jwks.json}}, issuer: us, audience: them}");
        object(text, "Environment", "closed", "selection: {type: Nobody}");
        object(text, "Environment", "dev", "");
        object(text, "VirtualEnvironment", "live", "environment: prod");
        object(text, "VirtualEnvironment", "main", "environment: dev");
        object(text, "VirtualEnvironment", "vault", "environment: closed");
        Files.writeString(folder.resolve("all.yaml"), text);
    }

    private static void object(StringBuilder text, String kind, String name, String spec) {
        text.append("---\napiVersion: kitsune.dev/v1alpha1\nkind: ")
                .append(kind)
                .append("\nmetadata: {name: ")
                .append(name)
                .append("}\nspec: {")
                .append(spec)
                .append("}\n");
    }

    private Run token(String... arguments) {
        return Run.of(Stream.concat(Stream.of("token", "--dir", folder.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private Path privateKey() {
        return folder.resolve(".kitsune/token-keys/keys.jwk");
    }

    private List<JWK> publicKeys() throws Exception {
        return JWKSet.parse(Files.readString(folder.resolve("secrets/keys/jwks.json")))
                .getKeys();
    }

    @Test
    void theFirstTokenCreatesItsKeys() throws Exception {
        Run run = token("--env", "live", "--for", "90m", "--new-key");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.err()).contains("selects live until", "Authorization: Bearer", "cookie kitsune-token");
        SignedJWT token = SignedJWT.parse(run.out().strip());
        assertThat(publicKeys()).singleElement().satisfies(key -> {
            assertThat(key.isPrivate()).isFalse();
            assertThat(token.verify(new ECDSAVerifier((ECKey) key))).isTrue();
        });
        assertThat(token.getJWTClaimsSet().getStringClaim("kitsune-env")).isEqualTo("live");
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("us");
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("them");
        assertThat(token.getJWTClaimsSet().getExpirationTime())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(89)),
                        Instant.now().plus(Duration.ofMinutes(91)));
    }

    @Test
    void onlyTheOwnerCanReadThePrivateKey() throws Exception {
        Run run = token("--env", "live", "--new-key");

        assertThat(Files.getPosixFilePermissions(privateKey()))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        String secret =
                ((ECKey) JWK.parse(Files.readString(privateKey()))).getD().toString();
        assertThat(run.out() + run.err() + Files.readString(folder.resolve("secrets/keys/jwks.json")))
                .doesNotContain(secret);
        assertThat(Run.of("check", folder.toString()).out()).isEmpty();
    }

    @Test
    void laterTokensAreSignedWithTheSameKey() throws Exception {
        token("--env", "live", "--new-key");
        byte[] before = Files.readAllBytes(privateKey());

        assertThat(token("--env", "live").exitCode()).isZero();

        assertThat(Files.readAllBytes(privateKey())).isEqualTo(before);
        assertThat(publicKeys()).hasSize(1);
    }

    @Test
    void aNewKeyKeepsTheOldPublicKey() throws Exception {
        SignedJWT old =
                SignedJWT.parse(token("--env", "live", "--new-key").out().strip());

        token("--env", "live", "--new-key");

        assertThat(publicKeys())
                .hasSize(2)
                .extracting(JWK::getKeyID)
                .contains(old.getHeader().getKeyID());
    }

    @Test
    void withoutAKeyItSaysHowToMakeOne() {
        Run run = token("--env", "live");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("--new-key");
    }

    @Test
    void aKeyThatOthersMayReadIsNotUsed() throws Exception {
        token("--env", "live", "--new-key");
        Files.setPosixFilePermissions(privateKey(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(token("--env", "live").err()).contains("others may read", "chmod 600");
    }

    @Test
    void aKeyThatGatewaysDoNotKnowIsNotUsed() throws Exception {
        token("--env", "live", "--new-key");
        Files.writeString(folder.resolve("secrets/keys/jwks.json"), "{\"keys\": []}");

        assertThat(token("--env", "live").err()).contains("does not hold the public key");
    }

    @Test
    void aFileWithOtherPublicKeysIsNotChanged() throws Exception {
        token("--env", "live", "--new-key");
        String leak = "{\"keys\": [" + Files.readString(privateKey()) + "]}";
        Files.writeString(folder.resolve("secrets/keys/jwks.json"), leak);

        Run run = token("--env", "live", "--new-key");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("is not a JWK Set of public keys");
        assertThat(Files.readString(folder.resolve("secrets/keys/jwks.json"))).isEqualTo(leak);
    }

    @Test
    void virtualEnvironmentsThatNoTokenCanSelectAreNamed() {
        assertThat(token("--env", "main").err()).contains("main needs no token");
        assertThat(token("--env", "vault").err()).contains("nobody can select vault");
        assertThat(token("--env", "lve").err()).contains("did you mean \"live\"?");
    }

    @Test
    void aLifetimeIsADuration() {
        assertThat(token("--env", "live", "--for", "soon").exitCode()).isEqualTo(2);
        assertThat(token("--env", "live", "--for", "0s").exitCode()).isEqualTo(2);
    }
}
