package dev.kitsune.e2e.accepted;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Secrets of all cases. Some are valid, and most are invalid or unusual. */
final class OddSecrets {
    static final List<String> ODD_KEYS =
            List.of("percent", "control", "lines", "empty", "long", "unicode", "nul", "tab", "latin", "none");
    static final List<String> ODD_PAIRS = List.of(
            "words",
            "torn",
            "swapped",
            "short",
            "curve",
            "trailing",
            "no-ca",
            "ca-of-words",
            "reversed",
            "several",
            "p384",
            "none");
    static final List<String> ODD_KEY_SETS = List.of(
            "no-set",
            "no-keys",
            "no-key",
            "point-off-curve",
            "short-rsa",
            "even-exponent",
            "wrong-algorithm",
            "symmetric",
            "edwards",
            "doubled",
            "chain-of-words",
            "operations");

    private static final String RSA_512 = "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + "q".repeat(86) + "\"";

    private OddSecrets() {}

    static Map<SecretId, Secret> all() {
        Map<SecretId, Secret> all = new HashMap<>();
        all.put(id("keys"), keys());
        pairs().forEach((name, secret) -> all.put(id(name), secret));
        keySets().forEach((name, set) -> all.put(id(name), new Secret(Map.of("set", SecretValue.of(set)))));
        return Map.copyOf(all);
    }

    private static SecretId id(String name) {
        return new SecretId("", name);
    }

    private static Secret keys() {
        return new Secret(Map.of(
                "usual", SecretValue.of("token"),
                "percent", SecretValue.of("50% %REQ(x)% %"),
                "control", SecretValue.of("a\u0001b\u007f"),
                "lines", SecretValue.of("a\nb"),
                "empty", SecretValue.of(""),
                "long", SecretValue.of("l".repeat(70_000)),
                "unicode", SecretValue.of("Grüße"),
                "nul", SecretValue.of("a\u0000b"),
                "tab", SecretValue.of("\ta"),
                "latin", new SecretValue(new byte[] {(byte) 0xff, (byte) 0xfe, 'a'})));
    }

    private static Map<String, Secret> pairs() {
        Authority authority = new Authority("odd");
        Authority.Issued one = authority.issue("one");
        Authority.Issued two = authority.issue("two");
        Authority.Issued shortRsa = authority.issue("short", Authority.rsa(1_024));
        Authority.Issued curve = authority.issue("curve", Authority.elliptic("secp224r1"));
        Authority.Issued p384 = authority.issue("p384", Authority.elliptic("secp384r1"));
        String ca = authority.certificate();
        return Map.ofEntries(
                Map.entry("pair", pair(one.certificate(), one.key(), ca)),
                Map.entry("words", pair("no certificate", "no key", ca)),
                Map.entry("torn", pair(one.certificate().substring(0, 300), one.key(), ca)),
                Map.entry("swapped", pair(one.certificate(), two.key(), ca)),
                Map.entry("short", pair(shortRsa.certificate(), shortRsa.key(), ca)),
                Map.entry("curve", pair(curve.certificate(), curve.key(), ca)),
                Map.entry("p384", pair(p384.certificate(), p384.key(), ca)),
                Map.entry("trailing", pair(one.certificate() + "more words\n", "words\n" + one.key(), ca + "words")),
                Map.entry("no-ca", pair(one.certificate(), one.key(), "")),
                Map.entry("ca-of-words", pair(one.certificate(), one.key(), "words")),
                Map.entry("reversed", pair(one.key(), one.certificate(), ca)),
                Map.entry("several", pair(one.certificate() + ca, one.key(), ca + two.certificate())));
    }

    private static Secret pair(String certificate, String key, String ca) {
        return new Secret(Map.of(
                "tls.crt", SecretValue.of(certificate), "tls.key", SecretValue.of(key), "ca.crt", SecretValue.of(ca)));
    }

    private static Map<String, String> keySets() {
        try {
            String key = new ECKeyGenerator(Curve.P_256)
                    .keyID("k")
                    .generate()
                    .toPublicJWK()
                    .toJSONString();
            String body = key.substring(1, key.length() - 1);
            return Map.ofEntries(
                    Map.entry("jwks", "{\"keys\":[" + key + "]}"),
                    Map.entry("no-set", "words"),
                    Map.entry("no-keys", "{}"),
                    Map.entry("no-key", "{\"keys\":[]}"),
                    Map.entry(
                            "point-off-curve",
                            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}"),
                    Map.entry("short-rsa", "{\"keys\":[{" + RSA_512 + "}]}"),
                    Map.entry("even-exponent", "{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AA\",\"n\":\"AQAB\"}]}"),
                    Map.entry("wrong-algorithm", "{\"keys\":[{" + body + ",\"alg\":\"RS256\"}]}"),
                    Map.entry("symmetric", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"),
                    Map.entry(
                            "edwards",
                            "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + "A".repeat(20) + "\"}]}"),
                    Map.entry("doubled", "{\"keys\":[" + key + "," + key + "]}"),
                    Map.entry("chain-of-words", "{\"keys\":[{" + body + ",\"x5c\":[\"words\"]}]}"),
                    Map.entry(
                            "operations",
                            "{\"keys\":[{" + body + ",\"key_ops\":[\"verify\",\"odd\"],\"use\":\"%\"}]}"));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
