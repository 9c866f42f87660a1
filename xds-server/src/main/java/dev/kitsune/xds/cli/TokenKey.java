package dev.kitsune.xds.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kitsune.model.manifest.SecretRef;
import dev.kitsune.xds.tls.KeyFiles;
import dev.kitsune.xds.tls.KeyFiles.Readers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pair of keys for tokens, such as those of an environment. The private key is stored where no manifest can name it. In a
 * folder of secrets, any author of a virtual environment could have it delivered to an app.
 */
final class TokenKey {
    private final Path file;
    private final Path publicFile;
    private final String newKey;

    /**
     * The pair in these files.
     *
     * @param newKey the option that makes a new pair
     */
    TokenKey(Path file, Path publicFile, String newKey) {
        this.file = file;
        this.publicFile = publicFile;
        this.newKey = newKey;
    }

    /** {@code file}: of the private key; null for its usual place */
    static TokenKey ofEnvironment(Path dir, SecretRef jwks, @Nullable Path file) {
        String key = Objects.requireNonNull(jwks.key(), "reading demands it");
        return new TokenKey(
                file != null
                        ? file
                        : dir.resolve(".kitsune").resolve("token-keys").resolve(jwks.name() + ".jwk"),
                dir.resolve("secrets").resolve(jwks.name()).resolve(key),
                "--new-key");
    }

    Path file() {
        return file;
    }

    Path publicFile() {
        return publicFile;
    }

    /** Generates a new pair. Existing public keys stay, so that their tokens remain valid. */
    void create() throws IOException {
        List<JWK> all = new ArrayList<>(publicKeys());
        ECKey made;
        try {
            made = new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java has this curve", e);
        }
        all.add(made.toPublicJWK());
        Files.createDirectories(publicFile.toAbsolutePath().getParent());
        KeyFiles.createFolder(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder"));
        // The public key is written first, because an unused public key does less harm than a private key whose tokens
        // are refused.
        KeyFiles.replace(publicFile, new JWKSet(all).toString(true) + "\n", Readers.ALL);
        KeyFiles.replace(file, made.toJSONString() + "\n", Readers.OWNER);
    }

    String sign(JWTClaimsSet claims) throws IOException {
        ECKey key = privateKey();
        if (publicKeys().stream()
                .noneMatch(known -> known.getKeyID() != null && known.getKeyID().equals(key.getKeyID()))) {
            throw CommandException.failed(publicFile + " does not hold the public key of " + file
                    + ", so the token would be refused: put it there, or make a new pair with " + newKey);
        }
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw CommandException.failed(file + " cannot sign tokens: make a new pair with " + newKey);
        }
        return token.serialize();
    }

    private ECKey privateKey() throws IOException {
        if (!Files.exists(file)) {
            throw CommandException.failed("there is no key " + file + " to sign with: make a pair with " + newKey);
        }
        if (KeyFiles.isExposed(file)) {
            throw CommandException.failed("others may read the private key " + file
                    + ": if nobody did, chmod 600 it; else make a new pair with " + newKey
                    + ", and take the old public key out of "
                    + publicFile);
        }
        try {
            if (JWK.parse(Files.readString(file)) instanceof ECKey key
                    && key.isPrivate()
                    && key.getCurve().equals(Curve.P_256)) {
                return key;
            }
        } catch (ParseException e) {
            // The same sentence: the message of this one may quote the key.
        }
        throw CommandException.failed(
                file + " is not a private key of the curve P-256 as a JWK: make a pair with " + newKey);
    }

    private List<JWK> publicKeys() throws IOException {
        if (!Files.exists(publicFile)) {
            return List.of();
        }
        try {
            JWKSet all = JWKSet.parse(Files.readString(publicFile));
            if (all.getKeys().stream().noneMatch(JWK::isPrivate)) {
                return all.getKeys();
            }
        } catch (ParseException e) {
            // The same sentence.
        }
        throw CommandException.failed(publicFile + " is not a JWK Set of public keys: correct it, or remove it");
    }
}
