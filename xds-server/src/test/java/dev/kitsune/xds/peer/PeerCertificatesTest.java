package dev.kitsune.xds.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Certificates are made when they are needed, renewed in time, and never signed by whom nobody trusts yet. */
class PeerCertificatesTest {
    private static final PeerIdentity CART = new PeerIdentity(new ComponentName("shop", "cart"));
    private static final PeerIdentity WEB = new PeerIdentity(new ComponentName("shop", "web"));
    private static final Duration SPREAD = Duration.ofSeconds(30);

    private final PeerAlarm alarm = new PeerAlarm();
    private final List<CatalogChange> served = new ArrayList<>();
    private final PeerCertificates certificates = new PeerCertificates(alarm, Duration.ofDays(90), SPREAD, served::add);
    private final CertificateAuthority first = CertificateAuthority.create(alarm.clock());

    /** A clock that a test sets. */
    private static final class PeerAlarm implements Alarm {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private @Nullable Instant due;
        private @Nullable AlarmListener listener;

        @Override
        public InstantSource clock() {
            return () -> now;
        }

        @Override
        public void at(Instant time, AlarmListener hears) {
            due = time;
            listener = hears;
        }

        void pass(Duration time) {
            now = now.plus(time);
            AlarmListener hears = listener;
            if (hears != null && due != null && !now.isBefore(due)) {
                due = null;
                hears.due();
            }
        }

        @Override
        public void close() {
            listener = null;
        }
    }

    private static CatalogChange read(String mtls, String... components) {
        StringBuilder text = new StringBuilder("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {mesh: {mtls: %s}}
                """.formatted(mtls));
        for (String component : components) {
            text.append("""
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Workload
                    metadata: {name: %1$s, namespace: shop}
                    spec: {app: shop, component: %1$s, version: v1, endpoints: [{address: 127.0.0.1, port: 1}]}
                    """.formatted(component));
        }
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (Manifest<?> manifest :
                ManifestReader.read("all.yaml", text.toString()).manifests()) {
            manifests = manifests.plus(manifest.key(), manifest);
        }
        return new CatalogChange(
                new Catalog(manifests, HashTreePMap.empty(), false), manifests.keySet(), Set.of(), List.of());
    }

    private static PeerAuthority signing(CertificateAuthority signing, CertificateAuthority... trusted) {
        return new PeerAuthority(
                signing,
                Arrays.stream(trusted).map(one -> one.own().certificate()).toList());
    }

    private CatalogChange last() {
        return served.get(served.size() - 1);
    }

    private KeyedCertificate of(PeerIdentity identity) throws Exception {
        Secret secret = Objects.requireNonNull(last().catalog().secrets().get(identity.secret()), "it has one");
        return KeyedCertificate.of(text(secret, "tls.crt"), text(secret, "tls.key"));
    }

    private Set<X509Certificate> trusted() throws Exception {
        Secret secret = Objects.requireNonNull(last().catalog().secrets().get(PeerIdentity.AUTHORITIES), "it is there");
        return new HashSet<>(Pem.certificates(text(secret, PeerIdentity.AUTHORITIES_KEY)));
    }

    private static String text(Secret secret, String key) {
        return new String(
                Objects.requireNonNull(secret.get(key), "it has this key").reveal(), StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsAddedWhileNobodyAsksForIt() {
        certificates.signedBy(signing(first, first));
        CatalogChange change = read("Off", "cart");

        certificates.changed(change);

        assertThat(last()).isEqualTo(change);
    }

    @Test
    void eachComponentAndTheGatewayHasACertificateThatSaysWhoItIs() throws Exception {
        certificates.signedBy(signing(first, first));

        certificates.changed(read("Strict", "cart"));

        for (PeerIdentity identity : List.of(CART, PeerIdentity.GATEWAY)) {
            X509Certificate made = of(identity).certificate();
            made.verify(first.own().certificate().getPublicKey());
            assertThat(made.getSubjectAlternativeNames()).containsExactly(List.of(6, identity.uri()));
            assertThat(made.getExtendedKeyUsage()).containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
            assertThat(last().secrets()).contains(identity.secret());
        }
        assertThat(trusted()).containsExactly(first.own().certificate());
        assertThat(last().catalog().secrets()).doesNotContainKey(WEB.secret());
    }

    @Test
    void aNewComponentGetsOneAndOthersKeepTheirs() throws Exception {
        certificates.signedBy(signing(first, first));
        certificates.changed(read("Strict", "cart"));
        KeyedCertificate cart = of(CART);

        certificates.changed(read("Strict", "cart", "web"));

        assertThat(of(CART)).isEqualTo(cart);
        assertThat(of(WEB).certificate().getSubjectAlternativeNames()).containsExactly(List.of(6, WEB.uri()));
        assertThat(last().secrets()).containsExactly(WEB.secret());
    }

    @Test
    void theyAreRenewedWhenTwoThirdsOfTheirTimeAreOver() throws Exception {
        certificates.signedBy(signing(first, first));
        certificates.changed(read("Permissive", "cart"));
        KeyedCertificate cart = of(CART);

        alarm.pass(Duration.ofDays(59));
        assertThat(served).hasSize(1);
        alarm.pass(Duration.ofDays(2));

        assertThat(served).hasSize(2);
        assertThat(of(CART)).isNotEqualTo(cart);
        assertThat(last().objects()).isEmpty();
        assertThat(last().secrets()).contains(CART.secret()).doesNotContain(PeerIdentity.AUTHORITIES);
    }

    @Test
    void aNewAuthoritySignsWhenEveryoneHadTimeToTrustIt() throws Exception {
        CertificateAuthority next = CertificateAuthority.create(alarm.clock());
        certificates.signedBy(signing(first, first));
        certificates.changed(read("Strict", "cart"));

        certificates.signedBy(signing(next, next, first));

        assertThat(trusted())
                .containsExactlyInAnyOrder(first.own().certificate(), next.own().certificate());
        of(CART).certificate().verify(first.own().certificate().getPublicKey());
        alarm.pass(SPREAD);
        of(CART).certificate().verify(next.own().certificate().getPublicKey());
        of(PeerIdentity.GATEWAY).certificate().verify(next.own().certificate().getPublicKey());
        certificates.signedBy(signing(next, next));
        assertThat(trusted()).containsExactly(next.own().certificate());
    }

    @Test
    void anAuthorityThatAllTrustAlreadySignsAtOnce() throws Exception {
        CertificateAuthority next = CertificateAuthority.create(alarm.clock());
        certificates.signedBy(signing(first, first, next));
        certificates.changed(read("Strict", "cart"));

        certificates.signedBy(signing(next, first, next));

        of(CART).certificate().verify(next.own().certificate().getPublicKey());
    }

    @Test
    void withoutAnAuthorityTheSettingHasNoEffectAndAProblemSaysWhy() {
        certificates.unsigned("copy ca.key to the folder tls");
        certificates.changed(read("Strict", "cart"));

        assertThat(PeerIdentities.areNeeded(last().catalog())).isFalse();
        assertThat(last().problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "all.yaml:4:21 error MissingSecret spec.mesh.mtls is Strict, and there is no certificate"
                                + " authority for the proxies, so they use no TLS among each other: copy ca.key to the folder"
                                + " tls");

        certificates.signedBy(signing(first, first));

        assertThat(PeerIdentities.areNeeded(last().catalog())).isTrue();
        assertThat(last().problems()).isEmpty();
        assertThat(last().objects()).extracting(ObjectKey::name).containsExactly("kitsune");
    }

    @Test
    void anAuthorityThatIsLostLaterChangesNothing() {
        certificates.signedBy(signing(first, first));
        certificates.changed(read("Strict", "cart"));

        certificates.unsigned("copy ca.key to the folder tls");

        assertThat(served).hasSize(1);
    }

    @Test
    void certificatesStayAfterTheSettingIsOffBecauseProxiesStopLater() throws Exception {
        certificates.signedBy(signing(first, first));
        certificates.changed(read("Strict", "cart"));
        KeyedCertificate cart = of(CART);

        certificates.changed(read("Off", "cart"));

        assertThat(of(CART)).isEqualTo(cart);
    }
}
