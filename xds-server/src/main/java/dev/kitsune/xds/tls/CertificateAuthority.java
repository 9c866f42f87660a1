package dev.kitsune.xds.tls;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of our own, with keys of the curve P-256. */
public final class CertificateAuthority {
    /** How long the certificate of a new CA is valid. */
    public static final int YEARS = 10;

    /** How long the certificate of a server is usually valid. */
    public static final Duration SERVER_LIFETIME = Duration.ofDays(90);

    private static final SecureRandom RANDOM = new SecureRandom();

    /** The clocks of those who check may be behind. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final KeyedCertificate own;
    private final InstantSource clock;

    /**
     * A CA that was made before.
     *
     * @param own its first certificate is that of the CA; others are of earlier ones, which may still be trusted
     */
    public CertificateAuthority(KeyedCertificate own, InstantSource clock) throws PemException {
        if (own.certificate().getBasicConstraints() < 0) {
            throw new PemException("holds no certificate of a CA");
        }
        this.own = own;
        this.clock = clock;
    }

    /** Makes a new CA. Its name differs from that of every other one, so that two can be trusted at a time. */
    public static CertificateAuthority create(InstantSource clock) {
        KeyPair keys = newKeys();
        X500Name name = named("Kitsune CA " + new BigInteger(64, RANDOM).toString(Character.MAX_RADIX));
        Instant now = clock.instant();
        Instant end = now.atOffset(ZoneOffset.UTC).plusYears(YEARS).toInstant();
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, serial(), Date.from(now.minus(SKEW)), Date.from(end), name, keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            return new CertificateAuthority(
                    new KeyedCertificate(List.of(signed(builder, keys)), keys.getPrivate()), clock);
        } catch (GeneralSecurityException | CertIOException | PemException e) {
            throw new IllegalStateException("a new CA", e);
        }
    }

    /** Returns its certificate and its key. */
    public KeyedCertificate own() {
        return own;
    }

    /** Issues the certificate of a server that is reached by these DNS names and IP addresses. */
    public KeyedCertificate server(Collection<String> hosts, Duration lifetime) {
        GeneralName[] names = hosts.stream()
                .map(host -> new GeneralName(
                        InetAddresses.isInetAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        return issue("Kitsune", new GeneralNames(names), lifetime, KeyPurposeId.id_kp_serverAuth);
    }

    /**
     * Issues the certificate of a client.
     *
     * @param commonName for people
     * @param identity says who it is
     */
    public KeyedCertificate client(String commonName, URI identity, Duration lifetime) {
        return issue(commonName, named(identity), lifetime, KeyPurposeId.id_kp_clientAuth);
    }

    /** Issues a certificate that both ends of a connection may show, as above. */
    public KeyedCertificate peer(String commonName, URI identity, Duration lifetime) {
        return issue(
                commonName, named(identity), lifetime, KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth);
    }

    private static GeneralNames named(URI identity) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, identity.toString()));
    }

    /** A certificate never outlives the CA. */
    private KeyedCertificate issue(String commonName, GeneralNames names, Duration lifetime, KeyPurposeId... purposes) {
        X509Certificate issuer = own.certificate();
        KeyPair keys = newKeys();
        Instant now = clock.instant();
        Instant wanted = now.plus(lifetime);
        Instant last = issuer.getNotAfter().toInstant();
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    serial(),
                    Date.from(now.minus(SKEW)),
                    Date.from(wanted.isBefore(last) ? wanted : last),
                    named(commonName),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                    .addExtension(Extension.subjectAlternativeName, false, names)
                    .addExtension(
                            Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer));
            X509Certificate issued = signed(builder, new KeyPair(issuer.getPublicKey(), own.key()));
            return new KeyedCertificate(List.of(issued), keys.getPrivate());
        } catch (GeneralSecurityException | CertIOException e) {
            throw new IllegalStateException("a certificate of " + commonName, e);
        }
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair issuer)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /** Two distinguished parts, so that other CAs of a machine do not have this name by chance. */
    private static X500Name named(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Kitsune")
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).add(BigInteger.ONE);
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has this curve", e);
        }
    }
}
