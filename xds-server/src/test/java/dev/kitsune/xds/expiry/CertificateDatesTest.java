package dev.kitsune.xds.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** A certificate of a gateway expires while nothing else happens. */
class CertificateDatesTest {
    private static final Instant START = Instant.parse("2026-11-02T12:00:00Z");
    private static final SecretId ID = new SecretId("", "shop-tls");
    private static final Manifest<?> PLATFORM =
            ManifestReader.read("platform.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Platform
                    metadata: {name: kitsune}
                    spec:
                      gateway:
                        tls:
                          certificates:
                            - {secretRef: {name: shop-tls}}
                    """).manifests().get(0);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final SetAlarm alarm = new SetAlarm(START);
    private final CertificateAuthority authority = CertificateAuthority.create(alarm.clock());
    private List<Problem> problems = List.of();
    private PMap<SecretId, Secret> secrets = HashTreePMap.empty();

    @SuppressWarnings("NullAway.Init") // set before each test
    private StateFolder state;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ExpiryStage stage;

    @BeforeEach
    void start() throws IOException {
        state = new StateFolder(folder).open();
        stage = new ExpiryStage(new SightingsFile(state), Deciding.ALWAYS, alarm, () -> pass(Set.of(), Set.of()));
        pass(Set.of(PLATFORM.key()), Set.of());
    }

    @AfterEach
    void end() {
        state.close();
    }

    private void pass(Set<ObjectKey> changed, Set<SecretId> changedSecrets) {
        Catalog catalog = new Catalog(HashTreePMap.singleton(PLATFORM.key(), PLATFORM), secrets, false);
        problems = stage.expire(new CatalogChange(catalog, changed, changedSecrets, List.of()))
                .problems();
    }

    /** {@code chain}: null for no Secret */
    private void secret(@Nullable String chain) {
        secrets = chain == null
                ? HashTreePMap.empty()
                : HashTreePMap.singleton(ID, new Secret(Map.of("tls.crt", SecretValue.of(chain))));
        pass(Set.of(), Set.of(ID));
    }

    private void certificate(int days) {
        KeyedCertificate issued = authority.server(List.of("shop.example.com"), Duration.ofDays(days));
        secret(issued.certificatePem());
    }

    @Test
    void theProblemComesTwoWeeksBeforeAndStays() {
        certificate(90);
        assertThat(problems).isEmpty();
        // The alarm rings each minute in any case, so it is not let to ring for months.
        alarm.set(START.plus(Duration.ofDays(76)).minusSeconds(3600));
        alarm.advance(Duration.ZERO);
        assertThat(problems).isEmpty();

        alarm.advance(Duration.ofHours(2));
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.ExpiringCertificate);
            assertThat(problem.isError()).isFalse();
            assertThat(problem.object()).isEqualTo(new ObjectKey(Kind.Platform, "", "kitsune"));
            assertThat(problem.field()).isEqualTo("spec.gateway.tls.certificates[0].secretRef");
            assertThat(problem.position().line()).isEqualTo(8);
            assertThat(problem.message())
                    .contains("secret shop-tls expires at 2027-01-31T", "put a new certificate and its key there");
        });

        alarm.set(START.plus(Duration.ofDays(90)).minusSeconds(3600));
        alarm.advance(Duration.ofHours(2));
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("has expired at 2027-01-31T", "clients refuse it"));
    }

    @Test
    void aNewCertificateEndsIt() {
        certificate(10);
        assertThat(problems).hasSize(1);

        certificate(90);
        assertThat(problems).isEmpty();
    }

    @Test
    void whatCannotBeReadHasNoDate() {
        secret("no certificate");
        assertThat(problems).isEmpty();
        secret(null);
        assertThat(problems).isEmpty();
    }
}
