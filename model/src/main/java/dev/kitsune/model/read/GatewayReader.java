package dev.kitsune.model.read;

import dev.kitsune.model.manifest.GatewaySettings;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.GatewayTls.HostCertificate;
import dev.kitsune.model.manifest.GatewayTls.TlsVersion;
import dev.kitsune.model.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the Platform's {@code gateway}. */
final class GatewayReader {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final Grammar HOST = new Grammar(
            Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*+"),
            253,
            "a host name in lower case, or one with \"*\" in place of its first part, such as *.preview.example.com",
            false);

    private GatewayReader() {}

    static GatewaySettings read(Fields f) {
        return new GatewaySettings(
                f.optional("trustedProxies", TrustedProxiesReader::read),
                f.optional("tls", c -> c.fields(GatewayReader::tls)));
    }

    private static GatewayTls tls(Fields f) {
        Cursor certificates = f.required("certificates");
        List<HostCertificate> read = certificates.list(c -> c.fields(GatewayReader::certificate));
        if (certificates.isList() && read.isEmpty()) {
            certificates.problem(
                    ProblemCode.InvalidValue,
                    certificates.path() + " is empty: name the Secret of a certificate, or remove the field tls");
        }
        distinct(certificates, read);
        return new GatewayTls(
                read,
                f.optional("minimumVersion", c -> c.oneOf(TlsVersion.class), TlsVersion.TLSv1_2),
                f.optional("redirect", Cursor::bool, false));
    }

    private static HostCertificate certificate(Fields f) {
        return new HostCertificate(
                f.optional("hosts", c -> c.list(host -> host.text(HOST)), List.of()),
                f.required("secretRef").fields(ref -> ref.required("name").text(Grammar.DNS_SUBDOMAIN)));
    }

    /** Envoy refuses a listener with two certificates for one host. */
    private static void distinct(Cursor at, List<HostCertificate> certificates) {
        Set<String> seen = new HashSet<>();
        for (HostCertificate certificate : certificates) {
            List<String> hosts = certificate.isForOthers() ? List.of("") : certificate.hosts();
            for (String host : hosts) {
                if (!seen.add(host)) {
                    at.problem(
                            ProblemCode.InvalidValue,
                            at.path()
                                    + (host.isEmpty()
                                            ? " has two certificates without \"hosts\": give all but one of them hosts"
                                            : " names host " + Quote.quoted(host) + " twice: remove one of them"));
                }
            }
        }
    }
}
