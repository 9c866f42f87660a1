package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.GatewayTls.HostCertificate;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** When the certificates of gateways expire. Clients refuse an expired one, whatever Kitsune does. */
public final class CertificateDates {
    /** None is known. */
    public static final CertificateDates NONE = new CertificateDates(List.of());

    /** Whoever renews certificates by hand has this time for it. Those that are renewed by a program are younger. */
    private static final Duration SOON = Duration.ofDays(14);

    private final List<Dated> all;

    /** One certificate in the list of a Platform. */
    private record Dated(Manifest<?> platform, String field, String secret, Instant end) {}

    private CertificateDates(List<Dated> all) {
        this.all = all;
    }

    /** Returns the dates of the certificates that can be read. */
    public static CertificateDates of(Catalog catalog) {
        List<Dated> all = new ArrayList<>();
        for (Manifest<?> manifest : catalog.manifests().values()) {
            if (manifest.key().kind() == Kind.Platform
                    && manifest.spec() instanceof Platform platform
                    && platform.gateway().tls() != null) {
                add(manifest, platform.gateway().tls(), catalog, all);
            }
        }
        return all.isEmpty() ? NONE : new CertificateDates(List.copyOf(all));
    }

    private static void add(Manifest<?> platform, GatewayTls tls, Catalog catalog, List<Dated> all) {
        for (int i = 0; i < tls.certificates().size(); i++) {
            HostCertificate certificate = tls.certificates().get(i);
            String field = "spec.gateway.tls.certificates[" + i + "].secretRef";
            Secret secret = catalog.secrets().get(catalog.secretId("", certificate.secret()));
            SecretValue chain = secret == null ? null : secret.get(GatewayCertificates.CERTIFICATE);
            if (chain != null && !chain.isEmpty() && !chain.isUnknown()) {
                CertificateCheck.end(chain.reveal())
                        .ifPresent(end -> all.add(new Dated(platform, field, certificate.secret(), end)));
            }
        }
    }

    /** Returns a problem for each certificate that has expired by now, or expires soon. */
    public List<Problem> problems(Instant now) {
        return all.stream()
                .filter(one -> !now.isBefore(one.end.minus(SOON)))
                .map(one -> new Problem(
                        ProblemCode.ExpiringCertificate,
                        one.platform.at(one.field),
                        one.platform.key(),
                        one.field,
                        "the certificate of secret " + one.secret + " "
                                + (now.isBefore(one.end)
                                        ? "expires at " + one.end + ", and clients refuse it then"
                                        : "has expired at " + one.end + ", so clients refuse it")
                                + ": put a new certificate and its key there"))
                .toList();
    }

    /** Returns when the problems are others, if nothing but time passes. */
    public Optional<Instant> nextDue(Instant now) {
        return all.stream()
                .flatMap(one -> Stream.of(one.end.minus(SOON), one.end))
                .filter(now::isBefore)
                .min(Instant::compareTo);
    }
}
