package dev.kitsune.xds.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final URI CART = URI.create("kitsune:workload/shop/cart/c1");

    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.fixed(NOW));

    @Test
    void isValidForTenYearsAndSignsNoOtherAuthority() throws Exception {
        X509Certificate own = authority.own().certificate();

        own.verify(own.getPublicKey());
        assertThat(own.getNotAfter()).isEqualTo(Instant.parse("2036-11-30T12:00:00Z"));
        assertThat(own.getBasicConstraints()).as("length of paths").isZero();
        assertThat(own.getKeyUsage()[5]).as("signs certificates").isTrue();
    }

    @Test
    void issuesServersByNameAndAddress() throws Exception {
        X509Certificate server = authority
                .server(List.of("kitsune.svc", "10.0.0.7", "::1"), Duration.ofDays(90))
                .certificate();

        server.verify(authority.own().certificate().getPublicKey());
        assertThat(server.getNotBefore()).as("clocks differ").isEqualTo(NOW.minus(Duration.ofMinutes(5)));
        assertThat(server.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getBasicConstraints()).as("is no CA").isNegative();
        assertThat(server.getSubjectAlternativeNames())
                .containsExactly(List.of(2, "kitsune.svc"), List.of(7, "10.0.0.7"), List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void issuesClientsWithTheirIdentity() throws Exception {
        X509Certificate client =
                authority.client("cart", CART, Duration.ofDays(30)).certificate();

        client.verify(authority.own().certificate().getPublicKey());
        assertThat(client.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(client.getSubjectAlternativeNames()).containsExactly(List.of(6, CART.toString()));
    }

    @Test
    void noCertificateOutlivesTheAuthority() {
        assertThat(authority
                        .client("cart", CART, Duration.ofDays(36_500))
                        .certificate()
                        .getNotAfter())
                .isEqualTo(authority.own().certificate().getNotAfter());
    }

    @Test
    void everyAuthorityHasItsOwnName() {
        assertThat(CertificateAuthority.create(InstantSource.fixed(NOW))
                        .own()
                        .certificate()
                        .getSubjectX500Principal())
                .isNotEqualTo(authority.own().certificate().getSubjectX500Principal());
    }

    @Test
    void isReadFromWhatItHasWritten() throws Exception {
        CertificateAuthority read = new CertificateAuthority(
                KeyedCertificate.of(
                        authority.own().certificatePem(), authority.own().keyPem()),
                InstantSource.fixed(NOW));

        assertThat(read.own()).isEqualTo(authority.own());
        read.server(List.of("a"), Duration.ofDays(1))
                .certificate()
                .verify(authority.own().certificate().getPublicKey());
        assertThat(read.own()).asString().doesNotContain("PrivateKey").contains("Kitsune CA");
    }

    @Test
    void saysWhatIsWrongWithATextAndQuotesNothing() {
        KeyedCertificate server = authority.server(List.of("a"), Duration.ofDays(1));
        String certificate = server.certificatePem();
        String key = server.keyPem();
        String broken = key.replaceFirst("\nM", "\nx");

        assertThatThrownBy(
                        () -> KeyedCertificate.of(certificate, authority.own().keyPem()))
                .isInstanceOf(PemException.class)
                .hasMessage("holds a certificate for another private key");
        assertThatThrownBy(() -> KeyedCertificate.of(key, key)).hasMessage("holds something else than certificates");
        assertThatThrownBy(() -> KeyedCertificate.of("", key)).hasMessage("holds no certificate in PEM");
        assertThatThrownBy(() -> KeyedCertificate.of(certificate, certificate))
                .hasMessage("holds no private key in PEM without a password");
        assertThatThrownBy(() -> KeyedCertificate.of(certificate, broken))
                .isInstanceOf(PemException.class)
                .hasNoCause();
        assertThatThrownBy(() -> new CertificateAuthority(server, InstantSource.system()))
                .hasMessage("holds no certificate of a CA");
    }
}
