package dev.kitsune.model.virtualenvironment;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.util.Map;

/**
 * Finds the public keys that Envoy can check signatures with. Envoy rejects the whole listener for one key that it
 * cannot read, so the conditions are its own and BoringSSL's.
 */
final class VerifyingKey {
    private static final Map<Curve, JWSAlgorithm> OF_CURVE = Map.of(
            Curve.P_256, JWSAlgorithm.ES256,
            Curve.P_384, JWSAlgorithm.ES384,
            Curve.P_521, JWSAlgorithm.ES512);

    private static final int SHORTEST_MODULUS = 1_024;
    private static final int LONGEST_MODULUS = 8_192;
    private static final int LONGEST_EXPONENT = 33;
    private static final int EDWARDS_BYTES = 32;

    private VerifyingKey() {}

    static boolean isKnownToEnvoy(JWK key) {
        boolean signs = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        if (!signs) {
            return false;
        }
        Algorithm algorithm = key.getAlgorithm();
        if (key instanceof RSAKey rsa) {
            return isRight(rsa)
                    && (algorithm == null || JWSAlgorithm.Family.RSA.contains(JWSAlgorithm.parse(algorithm.getName())));
        }
        if (key instanceof ECKey elliptic) {
            JWSAlgorithm ofCurve = OF_CURVE.get(elliptic.getCurve());
            return ofCurve != null && (algorithm == null || algorithm.equals(ofCurve));
        }
        return key instanceof OctetKeyPair edwards
                && edwards.getCurve().equals(Curve.Ed25519)
                && edwards.getX().decode().length == EDWARDS_BYTES
                && (algorithm == null || algorithm.equals(JWSAlgorithm.EdDSA));
    }

    private static boolean isRight(RSAKey key) {
        BigInteger modulus = key.getModulus().decodeToBigInteger();
        BigInteger exponent = key.getPublicExponent().decodeToBigInteger();
        return modulus.testBit(0)
                && modulus.bitLength() >= SHORTEST_MODULUS
                && modulus.bitLength() <= LONGEST_MODULUS
                && exponent.testBit(0)
                && exponent.bitLength() > 1
                && exponent.bitLength() <= LONGEST_EXPONENT;
    }
}
