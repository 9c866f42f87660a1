package dev.kitsune.xds.access;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import dev.kitsune.xds.tls.PemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The folder of {@code kitsune certs}. A server needs four of its files, and neither the key of the CA nor that of tokens. */
public record TlsFolder(Path folder) {
    /** The certificates of the CA that is used, and of earlier ones that are still trusted. */
    public static final String AUTHORITIES = "ca.crt";

    public static final String AUTHORITY_KEY = "ca.key";
    public static final String SERVER = "server.crt";
    public static final String SERVER_KEY = "server.key";

    /** The public keys of tokens, a JWK Set. */
    public static final String TOKEN_KEYS = "tokens.jwks";

    /** The private key that signs tokens. */
    public static final String TOKEN_KEY = "tokens.jwk";

    /** The texts of the files of a server, for comparison. */
    record FileTexts(String authorities, String server, String serverKey, String tokenKeys) {
        /** Never shows the keys. */
        @Override
        public String toString() {
            return "texts of a TLS folder";
        }
    }

    /** The files of a server. */
    record Content(List<X509Certificate> authorities, KeyedCertificate server, List<ECKey> tokenKeys) {
        Content {
            authorities = List.copyOf(authorities);
            tokenKeys = List.copyOf(tokenKeys);
        }
    }

    /** A file cannot be used. The message is a sentence for the user. */
    public static final class UnusableFileException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableFileException(String sentence) {
            super(sentence);
        }
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    FileTexts texts() throws UnusableFileException {
        return new FileTexts(text(AUTHORITIES), text(SERVER), text(SERVER_KEY), text(TOKEN_KEYS));
    }

    private String text(String name) throws UnusableFileException {
        try {
            return Files.readString(file(name));
        } catch (NoSuchFileException e) {
            throw new UnusableFileException(
                    file(name) + " does not exist: make the files with `kitsune certs --out " + folder + "`");
        } catch (IOException e) {
            throw new UnusableFileException(file(name) + " cannot be read: check its owner and permissions");
        }
    }

    Content content(FileTexts texts) throws UnusableFileException {
        return new Content(authorities(texts.authorities()), server(texts), tokenKeys(texts.tokenKeys()));
    }

    private List<X509Certificate> authorities(String text) throws UnusableFileException {
        try {
            return Pem.certificates(text);
        } catch (PemException e) {
            throw unusable(AUTHORITIES, e.getMessage());
        }
    }

    private KeyedCertificate server(FileTexts texts) throws UnusableFileException {
        try {
            return KeyedCertificate.of(texts.server(), texts.serverKey());
        } catch (PemException e) {
            throw unusable(SERVER + " or " + SERVER_KEY, e.getMessage());
        }
    }

    private List<ECKey> tokenKeys(String text) throws UnusableFileException {
        List<ECKey> keys = new ArrayList<>();
        try {
            for (JWK key : JWKSet.parse(text).getKeys()) {
                if (!(key instanceof ECKey signing)
                        || !Curve.P_256.equals(signing.getCurve())
                        || signing.isPrivate()
                        || signing.getKeyID() == null) {
                    throw unusable(TOKEN_KEYS, "holds something else than public keys of the curve P-256 with a kid");
                }
                keys.add(signing);
            }
            return keys;
        } catch (ParseException e) {
            // The cause may quote a key.
            throw unusable(TOKEN_KEYS, "is not a JWK Set");
        }
    }

    private UnusableFileException unusable(String name, @Nullable String why) {
        return new UnusableFileException(
                folder.resolve(name) + " " + why + ": make it again with `kitsune certs --out " + folder + "`");
    }
}
