package dev.kitsune.e2e.datastore;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for one test. */
public final class Authority {
    /** Long enough that nothing warns of it. */
    private static final Duration VALID = Duration.ofDays(60);

    private final X500Name name;
    private final KeyPair keys;
    private final String certificate;

    /** A certificate and its key as PEM. */
    public record Issued(String certificate, String key) {}

    public Authority(String commonName) {
        this.name = named(commonName);
        this.keys = newKeys();
        this.certificate = certificate(name, keys, null, Instant.now().plus(VALID));
    }

    /** Returns its own certificate as PEM. */
    public String certificate() {
        return certificate;
    }

    /** Issues a certificate for a client or a server. The common name is also the DNS name of a server. */
    public Issued issue(String commonName) {
        return issue(commonName, newKeys());
    }

    /** Issues a certificate for keys of another kind. */
    public Issued issue(String commonName, KeyPair theirs) {
        return issue(commonName, theirs, Instant.now().plus(VALID));
    }

    /** Issues a certificate that has expired. */
    public Issued issueExpired(String commonName) {
        return issue(commonName, newKeys(), Instant.now().minus(VALID.dividedBy(2)));
    }

    private Issued issue(String commonName, KeyPair theirs, Instant end) {
        try {
            return new Issued(
                    certificate(named(commonName), theirs, commonName, end),
                    pem(new JcaPKCS8Generator(theirs.getPrivate(), null)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String certificate(
            X500Name subject, KeyPair of, @org.jspecify.annotations.Nullable String dnsName, Instant end) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(120, new SecureRandom()),
                Date.from(Instant.now().minus(VALID)),
                Date.from(end),
                subject,
                of.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(dnsName == null));
            if (dnsName != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
            }
            return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X500Name named(String commonName) {
        return new X500Name("CN=" + commonName);
    }

    private static KeyPair newKeys() {
        return elliptic("secp256r1");
    }

    /** Returns keys for an elliptic curve. */
    public static KeyPair elliptic(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns RSA keys. */
    public static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
