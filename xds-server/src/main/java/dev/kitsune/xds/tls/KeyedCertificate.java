package dev.kitsune.xds.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its private key.
 *
 * @param chain the certificate, and those between it and its CA
 */
public record KeyedCertificate(List<X509Certificate> chain, PrivateKey key) {
    public KeyedCertificate {
        chain = List.copyOf(chain);
    }

    /** Reads both. */
    public static KeyedCertificate of(String certificatePem, String keyPem) throws PemException {
        KeyedCertificate read = new KeyedCertificate(Pem.certificates(certificatePem), Pem.privateKey(keyPem));
        if (!KeyMatch.matches(read.certificate().getPublicKey(), read.key())) {
            throw new PemException("holds a certificate for another private key");
        }
        return read;
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    public String certificatePem() {
        return Pem.of(chain);
    }

    public String keyPem() {
        return Pem.of(key);
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "certificate of " + certificate().getSubjectX500Principal();
    }
}
