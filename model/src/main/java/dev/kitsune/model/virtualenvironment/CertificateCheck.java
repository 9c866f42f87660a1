package dev.kitsune.model.virtualenvironment;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds faults in certificates, and describes them without their content. Envoy rejects a certificate with such a
 * fault, and continues to use the previous one.
 */
final class CertificateCheck {
    private static final Set<String> CERTIFICATE = Set.of("CERTIFICATE", "X509 CERTIFICATE");
    private static final String NONE = "holds no certificate in PEM that can be read";
    private static final int SHORTEST_RSA = 2_048;
    private static final Set<Integer> CURVES = Set.of(256, 384, 521);
    private static final byte[] SAMPLE = "kitsune".getBytes(StandardCharsets.UTF_8);

    private CertificateCheck() {}

    /** Returns the fault of the authorities that check a target's certificate. */
    static @Nullable String faultOfAuthorities(byte[] text) {
        return certificates(text).isEmpty() ? NONE : null;
    }

    /** Returns the fault of a certificate without its key. */
    static @Nullable String faultOfCertificate(byte[] text) {
        List<X509Certificate> chain = certificates(text);
        if (chain.isEmpty()) {
            return NONE;
        }
        PublicKey key = chain.get(0).getPublicKey();
        boolean strong = (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= SHORTEST_RSA)
                || (key instanceof ECPublicKey elliptic
                        && CURVES.contains(
                                elliptic.getParams().getCurve().getField().getFieldSize()));
        return strong
                ? null
                : "has a key that Envoy does not accept: use RSA of " + SHORTEST_RSA
                        + " bits or more, or EC (P-256, P-384, P-521)";
    }

    /** Returns when a certificate expires, or the first one of its chain; empty if it cannot be read. */
    static Optional<Instant> end(byte[] text) {
        return certificates(text).stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo);
    }

    /** Returns the fault of a key, for a valid certificate. */
    static @Nullable String faultOfKey(byte[] text, byte[] certificate) {
        PublicKey publicKey = certificates(certificate).get(0).getPublicKey();
        for (PemBlock block : PemBlock.in(text)) {
            byte[] pkcs8 = block.asPkcs8(publicKey);
            if (pkcs8 != null) {
                try {
                    PrivateKey key = KeyFactory.getInstance(publicKey.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                    return isPair(key, publicKey) ? null : "is not the key of the certificate";
                } catch (GeneralSecurityException e) {
                    return "holds a private key that cannot be read, or is not the key of the certificate";
                }
            }
        }
        return "holds no private key in PEM without a passphrase";
    }

    private static boolean isPair(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(publicKey instanceof RSAPublicKey ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(key);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(SAMPLE);
        return signature.verify(signed);
    }

    /** Returns all certificates of a text in order; none if one of them cannot be parsed. */
    private static List<X509Certificate> certificates(byte[] text) {
        List<X509Certificate> found = new ArrayList<>();
        for (PemBlock block : PemBlock.in(text)) {
            if (CERTIFICATE.contains(block.label())) {
                try {
                    found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.content())));
                } catch (CertificateException e) {
                    return List.of();
                }
            }
        }
        return found;
    }
}
