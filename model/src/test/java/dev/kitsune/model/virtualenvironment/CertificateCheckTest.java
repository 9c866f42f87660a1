package dev.kitsune.model.virtualenvironment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pair of certificate and key is refused exactly if Envoy would refuse it. */
public class CertificateCheckTest {
    private static byte[] file(String name) {
        try (InputStream in = CertificateCheckTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(String name) {
        return new String(file(name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "one.crt, one.key,",
        "one.crt, one.sec1,",
        "rsa.crt, rsa.key,",
        "one.crt, two.key, is not the key",
        "one.crt, rsa.key, or is not the key",
        "one.crt, one.enc, without a passphrase",
        "one.crt, one.crt, holds no private key"
    })
    void theKeyMustBelongToTheCertificate(String certificate, String key, @Nullable String expected) {
        assertThat(CertificateCheck.faultOfCertificate(file(certificate))).isNull();
        String fault = CertificateCheck.faultOfKey(file(key), file(certificate));
        if (expected == null) {
            assertThat(fault).isNull();
        } else {
            assertThat(fault).contains(expected);
        }
    }

    @Test
    void textAroundACertificateIsAccepted() {
        byte[] text = bytes("words\n" + text("one.crt") + "more\n");

        assertThat(CertificateCheck.faultOfCertificate(text)).isNull();
        assertThat(CertificateCheck.faultOfAuthorities(text)).isNull();
    }

    @Test
    void aTextThatIsNoCertificateOrIsIncompleteIsRefused() {
        String whole = text("one.crt");
        String spoilt = whole.replaceFirst("[A-Za-z]{8}\n", "AAAA\n");
        for (String text : new String[] {"", "no certificate", whole.substring(0, 200), spoilt, whole + spoilt}) {
            assertThat(CertificateCheck.faultOfCertificate(bytes(text))).contains("no certificate in PEM");
            assertThat(CertificateCheck.faultOfAuthorities(bytes(text))).contains("no certificate in PEM");
        }
    }

    @Test
    void aShortKeyIsRefused() {
        assertThat(CertificateCheck.faultOfCertificate(file("weak.crt"))).contains("RSA of 2048 bits or more");
        assertThat(CertificateCheck.faultOfAuthorities(file("weak.crt"))).isNull();
    }
}
