package dev.kitsune.xds.peer;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.xds.alarm.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Adds the certificates of proxies to what is read. It makes none before the Platform asks for them. Those that it made
 * stay, because proxies need them until the last one has stopped to use them. If nobody signs, the setting has no effect,
 * and the Platform has a problem.
 */
public final class PeerCertificates implements CatalogListener, AuthorityListener {
    /** How long proxies have to trust a new authority before it signs. */
    public static final Duration SPREAD = Duration.ofSeconds(30);

    private static final String FIELD = "spec.mesh.mtls";

    private final Alarm alarm;
    private final Duration lifetime;
    private final Duration spread;
    private final CatalogListener served;
    private final Set<PeerIdentity> identities = new HashSet<>(Set.of(PeerIdentity.GATEWAY));
    private boolean needed;
    private @Nullable PeerAuthority authority;
    private @Nullable String missing;
    private @Nullable IssuedCertificates certificates;
    private @Nullable CatalogChange newest;
    private PMap<SecretId, Secret> delivered = HashTreePMap.empty();

    /**
     * Has made nothing yet.
     *
     * @param alarm the clock, and for renewals
     * @param lifetime of a certificate
     * @param served gets each change with the certificates
     */
    public PeerCertificates(Alarm alarm, Duration lifetime, Duration spread, CatalogListener served) {
        this.alarm = alarm;
        this.lifetime = lifetime;
        this.spread = spread;
        this.served = served;
    }

    @Override
    public synchronized void changed(CatalogChange change) {
        CatalogChange before = newest;
        newest = change;
        if (PeerIdentities.areNeeded(change.catalog())) {
            boolean all = before == null || !needed;
            needed = true;
            identities.addAll(PeerIdentities.of(
                    all ? change.catalog().manifests().keySet() : change.objects(), change.catalog()));
        }
        issue();
        serve(change);
    }

    @Override
    public synchronized void signedBy(PeerAuthority now) {
        if (now.equals(authority)) {
            return;
        }
        authority = now;
        boolean wasMissing = missing != null;
        missing = null;
        issue();
        again(wasMissing);
    }

    @Override
    public synchronized void unsigned(String why) {
        // Proxies go on with what an earlier authority has signed.
        if (authority == null && !why.equals(missing)) {
            missing = why;
            again(true);
        }
    }

    private synchronized void due() {
        issue();
        again(false);
    }

    /** Makes what is needed. */
    private void issue() {
        PeerAuthority by = authority;
        if (!needed || by == null) {
            return;
        }
        Instant now = alarm.clock().instant();
        IssuedCertificates made = certificates;
        if (made == null) {
            made = new IssuedCertificates(by, lifetime, spread);
            certificates = made;
        }
        made.follow(by, now);
        made.issue(identities, now);
        Instant due = made.due();
        if (due != null) {
            alarm.at(due.isBefore(now) ? now : due, this::due);
        }
    }

    /** Serves the newest change again if something differs. {@code platform}: whether the Platform counts in another way */
    private void again(boolean platform) {
        CatalogChange last = newest;
        if (last != null && (platform || !delivered.equals(made()))) {
            Manifest<?> of = PeerIdentities.platform(last.catalog());
            Set<ObjectKey> objects = platform && of != null ? Set.of(of.key()) : Set.of();
            serve(last.of(objects, Set.of(), Set.of()));
        }
    }

    private PMap<SecretId, Secret> made() {
        return certificates == null ? HashTreePMap.empty() : certificates.secrets();
    }

    private void serve(CatalogChange change) {
        PMap<SecretId, Secret> made = made();
        Set<SecretId> changed = new HashSet<>(change.secrets());
        made.forEach((id, secret) -> {
            if (!Objects.equals(delivered.get(id), secret)) {
                changed.add(id);
            }
        });
        delivered = made;
        Catalog catalog = change.catalog();
        CatalogChange full = change.with(
                        catalog.withSecrets(catalog.secrets().plusAll(made)), change.objects(), change.problems())
                .of(change.objects(), changed, change.namespaces());
        served.changed(missing == null ? full : withoutPeerTls(full, missing));
    }

    private static CatalogChange withoutPeerTls(CatalogChange change, String why) {
        Catalog catalog = change.catalog();
        Manifest<?> manifest = PeerIdentities.platform(catalog);
        if (!PeerIdentities.areNeeded(catalog) || manifest == null || !(manifest.spec() instanceof Platform platform)) {
            return change;
        }
        List<Problem> problems = new ArrayList<>(change.problems());
        problems.add(new Problem(
                ProblemCode.MissingSecret,
                manifest.at(FIELD),
                manifest.key(),
                FIELD,
                FIELD + " is " + platform.mesh()
                        + ", and there is no certificate authority for the proxies, so they use"
                        + " no TLS among each other: " + why));
        return change.with(
                catalog.withManifests(
                        catalog.manifests().plus(manifest.key(), manifest.with(platform.withoutPeerTls()))),
                change.objects(),
                problems);
    }
}
