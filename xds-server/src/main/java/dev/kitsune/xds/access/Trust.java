package dev.kitsune.xds.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kitsune.xds.access.Evidence.CertifiedBy;
import dev.kitsune.xds.access.Evidence.SignedBy;
import dev.kitsune.xds.identity.CallRefusedException;
import dev.kitsune.xds.identity.Credentials;
import io.grpc.Status;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whose word about a proxy counts.
 *
 * @param authorities those that sign client certificates
 * @param keys those that sign tokens
 */
record Trust(List<X509Certificate> authorities, List<ECKey> keys, InstantSource clock) {
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
    private static final int URI_NAME = 6;

    /** Longer ones are not ours. */
    private static final int LONGEST_TOKEN = 4096;

    Trust {
        authorities = List.copyOf(authorities);
        keys = List.copyOf(keys);
    }

    /** A token counts before a certificate, because a proxy in front may show a certificate of its own. */
    Evidence check(Credentials credentials) throws CallRefusedException {
        if (credentials.token() != null) {
            return token(credentials.token());
        }
        if (!credentials.certificates().isEmpty()) {
            return certificate(credentials.certificates());
        }
        throw refusal("the proxy has shown no credentials: give it a token (`kitsune token --proxy`) or a client"
                + " certificate (`kitsune certs --proxy`), and name them in `kitsune bootstrap`");
    }

    private Evidence token(String text) throws CallRefusedException {
        try {
            if (text.length() > LONGEST_TOKEN) {
                throw foreign();
            }
            SignedJWT token = SignedJWT.parse(text);
            ECKey key = signer(token);
            JWTClaimsSet claims = token.getJWTClaimsSet();
            if (!claims.getAudience().equals(List.of(ProxyToken.AUDIENCE))) {
                throw refusal("the token is for another audience than " + ProxyToken.AUDIENCE
                        + ": make one with `kitsune token --proxy`");
            }
            Date end = claims.getExpirationTime();
            if (end == null) {
                throw foreign();
            }
            Evidence evidence = new SignedBy(identity(claims), end.toInstant(), key);
            evidence.check(this);
            return evidence;
        } catch (ParseException | JOSEException e) {
            // The cause may quote the token.
            throw foreign();
        }
    }

    private static ProxyIdentity identity(JWTClaimsSet claims) throws ParseException, CallRefusedException {
        String name = claims.getSubject();
        String rights = claims.getStringClaim(ProxyToken.RIGHTS);
        if (name == null || rights == null) {
            throw foreign();
        }
        return ProxyIdentity.of(name, rights).orElseThrow(Trust::foreign);
    }

    private ECKey signer(SignedJWT token) throws JOSEException, CallRefusedException {
        if (JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())) {
            for (ECKey key : keys) {
                if (key.getKeyID().equals(token.getHeader().getKeyID()) && token.verify(new ECDSAVerifier(key))) {
                    return key;
                }
            }
        }
        throw refusal(
                "no key in " + TlsFolder.TOKEN_KEYS + " has signed the token: make one with `kitsune token --proxy`");
    }

    private Evidence certificate(List<X509Certificate> chain) throws CallRefusedException {
        // What an unknown authority has signed is not even read.
        checkTrusted(chain);
        X509Certificate certificate = chain.get(0);
        ProxyIdentity identity = identity(certificate)
                .orElseThrow(
                        () -> refusal("the client certificate names no proxy: make one with `kitsune certs --proxy`"));
        Evidence evidence = new CertifiedBy(identity, certificate.getNotAfter().toInstant(), chain);
        evidence.check(this);
        return evidence;
    }

    private static Optional<ProxyIdentity> identity(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> name.get(0).equals(URI_NAME))
                            .flatMap(name -> ProxyIdentity.of((String) name.get(1)).stream())
                            .findFirst();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    void checkTime(ProxyIdentity identity, String what, String command, Instant end) throws CallRefusedException {
        if (!clock.instant().isBefore(end)) {
            throw refusal("the " + what + " of " + identity.name() + " expired at " + end
                    + ": make a new one with `kitsune " + command + "`");
        }
    }

    void checkTrusted(ECKey key) throws CallRefusedException {
        if (!keys.contains(key)) {
            throw refusal("the key of the token is no longer in " + TlsFolder.TOKEN_KEYS
                    + ": make a new one with `kitsune token --proxy`");
        }
    }

    /** The time is checked elsewhere. */
    void checkTrusted(List<X509Certificate> chain) throws CallRefusedException {
        X509Certificate certificate = chain.get(0);
        try {
            PKIXParameters parameters = new PKIXParameters(authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(chain.stream()
                    .map(X509Certificate::getNotBefore)
                    .max(Date::compareTo)
                    .orElseThrow());
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(chain.stream()
                                            .filter(each -> !authorities.contains(each))
                                            .toList()),
                            parameters);
            List<String> purposes = certificate.getExtendedKeyUsage();
            if (purposes != null && purposes.contains(CLIENT)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            // The same sentence.
        }
        throw refusal("no CA in " + TlsFolder.AUTHORITIES
                + " has signed the client certificate, or it is not one of a client: make one with `kitsune certs"
                + " --proxy`");
    }

    private static CallRefusedException foreign() {
        return refusal("the token is not one for proxies: make one with `kitsune token --proxy`");
    }

    private static CallRefusedException refusal(String sentence) {
        return new CallRefusedException(Status.UNAUTHENTICATED.withDescription(sentence));
    }
}
