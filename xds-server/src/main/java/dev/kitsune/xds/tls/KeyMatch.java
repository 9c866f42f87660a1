package dev.kitsune.xds.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two keys are a pair, which a signature shows. */
final class KeyMatch {
    private static final byte[] TEXT = {1};

    private KeyMatch() {}

    static boolean matches(PublicKey open, PrivateKey secret) {
        if (!open.getAlgorithm().equals(secret.getAlgorithm())) {
            return false;
        }
        String algorithm = open.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + open.getAlgorithm();
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(TEXT);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(TEXT);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
