package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.GatewayTls.HostCertificate;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the certificates that gateways show to clients. Only a certificate that Envoy accepts is sent, together with
 * its key, so a gateway keeps the last one that was valid.
 */
public final class GatewayCertificates {
    public static final String CERTIFICATE = "tls.crt";
    public static final String KEY = "tls.key";

    private GatewayCertificates() {}

    /** Returns the Secret of a certificate if gateways can use it. */
    public static @Nullable Secret usable(@Nullable Secret secret) {
        return secret != null && fault(secret.get(CERTIFICATE), secret.get(KEY)) == null ? secret : null;
    }

    /** One problem of a certificate, at its place in the list. */
    record CertificateProblem(ProblemCode code, String field, String message) {}

    static List<CertificateProblem> problems(GatewayTls tls, Reads reads) {
        List<CertificateProblem> problems = new ArrayList<>();
        for (int i = 0; i < tls.certificates().size(); i++) {
            CertificateProblem problem = problem(i, tls.certificates().get(i), reads);
            if (problem != null) {
                problems.add(problem);
            }
        }
        return problems;
    }

    private static @Nullable CertificateProblem problem(int index, HostCertificate certificate, Reads reads) {
        SecretId id = reads.secretId("", certificate.secret());
        SecretValue chain = reads.value(new SecretLocation(id, CERTIFICATE));
        SecretValue key = reads.value(new SecretLocation(id, KEY));
        String fault = isUnknown(chain) || isUnknown(key) ? null : fault(chain, key);
        return fault == null
                ? null
                : new CertificateProblem(
                        isPresent(chain) && isPresent(key) ? ProblemCode.InvalidValue : ProblemCode.MissingSecret,
                        "spec.gateway.tls.certificates[" + index + "].secretRef",
                        "the gateways cannot use the certificate of secret " + certificate.secret() + ": " + fault
                                + ". Gateways that have an earlier one keep it, others refuse its clients: put a valid"
                                + " pair there");
    }

    /** Returns what keeps Envoy from using this pair, without its content; null for nothing. */
    private static @Nullable String fault(@Nullable SecretValue chain, @Nullable SecretValue key) {
        if (chain == null || chain.isEmpty()) {
            return CERTIFICATE + " is missing";
        }
        if (key == null || key.isEmpty()) {
            return KEY + " is missing";
        }
        String ofChain = CertificateCheck.faultOfCertificate(chain.reveal());
        if (ofChain != null) {
            return CERTIFICATE + " " + ofChain;
        }
        String ofKey = CertificateCheck.faultOfKey(key.reveal(), chain.reveal());
        return ofKey == null ? null : KEY + " " + ofKey;
    }

    private static boolean isPresent(@Nullable SecretValue value) {
        return value != null && !value.isEmpty();
    }

    /** A value that this program may not read is taken for a good one when problems are sought, and is never sent. */
    private static boolean isUnknown(@Nullable SecretValue value) {
        return value != null && value.isUnknown();
    }
}
