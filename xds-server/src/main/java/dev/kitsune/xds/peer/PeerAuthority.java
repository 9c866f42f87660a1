package dev.kitsune.xds.peer;

import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import dev.kitsune.xds.tls.PemException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/**
 * Who signs the certificates of proxies, and who is trusted.
 *
 * @param trusted usually the certificate of the one who signs, and those of others who signed before or will sign
 */
public record PeerAuthority(CertificateAuthority signing, List<X509Certificate> trusted) {
    public PeerAuthority {
        trusted = List.copyOf(trusted);
    }

    /** Reads both from PEM. */
    public static PeerAuthority of(String certificate, String key, String trusted, InstantSource clock)
            throws PemException {
        return new PeerAuthority(
                new CertificateAuthority(KeyedCertificate.of(certificate, key), clock), Pem.certificates(trusted));
    }

    X509Certificate certificate() {
        return signing.own().certificate();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "authority " + certificate().getSubjectX500Principal();
    }
}
