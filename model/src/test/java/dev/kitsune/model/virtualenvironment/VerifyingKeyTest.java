package dev.kitsune.model.virtualenvironment;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Checks the keys for tokens, because Envoy refuses the whole listener if it cannot read one of them. */
class VerifyingKeyTest {
    private static final BigInteger ODD = BigInteger.ONE.shiftLeft(2_047).setBit(0);

    private static RSAKey rsa(BigInteger modulus, long exponent) {
        return new RSAKey.Builder(Base64URL.encode(modulus), Base64URL.encode(BigInteger.valueOf(exponent))).build();
    }

    private static OctetKeyPair edwards(int bytes) {
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(new byte[bytes])).build();
    }

    @Test
    void onlyRsaKeysThatEnvoyReadsAreAccepted() {
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD, 65_537))).isTrue();
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD.clearBit(0), 65_537))).isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD, 65_536))).isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD, 1))).isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD, 1L << 33 | 1))).isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD.shiftRight(1_600).setBit(0), 65_537)))
                .isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(rsa(ODD.shiftLeft(20_000).setBit(0), 65_537)))
                .isFalse();
    }

    @Test
    void theAlgorithmMustFitTheKey() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK();

        assertThat(VerifyingKey.isKnownToEnvoy(key)).isTrue();
        assertThat(VerifyingKey.isKnownToEnvoy(
                        new ECKey.Builder(key).algorithm(JWSAlgorithm.ES256).build()))
                .isTrue();
        assertThat(VerifyingKey.isKnownToEnvoy(
                        new ECKey.Builder(key).algorithm(JWSAlgorithm.RS256).build()))
                .isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(
                        new ECKey.Builder(key).algorithm(JWSAlgorithm.ES384).build()))
                .isFalse();
        assertThat(VerifyingKey.isKnownToEnvoy(
                        new ECKey.Builder(key).keyUse(KeyUse.ENCRYPTION).build()))
                .isFalse();
    }

    @Test
    void anEdwardsKeyMustHaveTheRightLength() {
        assertThat(VerifyingKey.isKnownToEnvoy(edwards(32))).isTrue();
        assertThat(VerifyingKey.isKnownToEnvoy(edwards(31))).isFalse();
    }
}
