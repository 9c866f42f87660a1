package dev.kitsune.xds.tls;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Reads and writes certificates and keys as PEM. */
public final class Pem {
    private Pem() {}

    /** Reads one or several certificates, in their order. */
    public static List<X509Certificate> certificates(String pem) throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object part : parts(pem)) {
            if (!(part instanceof X509CertificateHolder holder)) {
                throw new PemException("holds something else than certificates");
            }
            certificates.add(converted(holder));
        }
        if (certificates.isEmpty()) {
            throw new PemException("holds no certificate in PEM");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate converted(X509CertificateHolder holder) throws PemException {
        try {
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (CertificateException e) {
            throw new PemException("holds a certificate that cannot be read");
        }
    }

    /** Reads a private key without a password. */
    public static PrivateKey privateKey(String pem) throws PemException {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        try {
            for (Object part : parts(pem)) {
                if (part instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
                if (part instanceof PEMKeyPair pair) {
                    return converter.getKeyPair(pair).getPrivate();
                }
            }
        } catch (IOException e) {
            // The cause may quote the key.
            throw new PemException("holds a private key that cannot be read");
        }
        throw new PemException("holds no private key in PEM without a password");
    }

    private static List<Object> parts(String pem) throws PemException {
        List<Object> parts = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                parts.add(part);
            }
            return parts;
        } catch (IOException | IllegalArgumentException e) {
            throw new PemException("is not PEM");
        }
    }

    /** Writes certificates, in their order. */
    public static String of(List<X509Certificate> certificates) {
        return written(certificates);
    }

    /** Writes a private key as PKCS #8. */
    public static String of(PrivateKey key) {
        try {
            return written(List.of(new JcaPKCS8Generator(key, null)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String written(List<?> parts) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object part : parts) {
                writer.writeObject(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
