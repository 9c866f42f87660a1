package dev.kitsune.xds.peer;

import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * One certificate for each identity, made in memory, and made again when two thirds of its time are over. A new authority
 * signs when all proxies have had time to trust it, or when the one before is not trusted any more.
 */
final class IssuedCertificates {
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";

    /** An authority whose own time is over must not keep this process busy. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Duration lifetime;
    private final Duration spread;

    /** The trusted authorities, with the time since which proxies trust them. */
    private final Map<X509Certificate, Instant> trusted = new HashMap<>();

    private final Map<PeerIdentity, Instant> renewals = new HashMap<>();
    private PMap<SecretId, Secret> secrets = HashTreePMap.empty();
    private PeerAuthority wanted;
    private PeerAuthority signing;

    /** {@code spread}: how long proxies have to trust a new authority */
    IssuedCertificates(PeerAuthority first, Duration lifetime, Duration spread) {
        this.wanted = first;
        this.signing = first;
        this.lifetime = lifetime;
        this.spread = spread;
        first.trusted().forEach(certificate -> trusted.put(certificate, Instant.MIN));
        putTrusted();
    }

    /** Returns the certificates and their keys, and who is trusted. */
    PMap<SecretId, Secret> secrets() {
        return secrets;
    }

    void follow(PeerAuthority authority, Instant now) {
        wanted = authority;
        if (!Set.copyOf(authority.trusted()).equals(trusted.keySet())) {
            trusted.keySet().retainAll(authority.trusted());
            authority.trusted().forEach(certificate -> trusted.putIfAbsent(certificate, now));
            putTrusted();
        }
    }

    private void putTrusted() {
        put(PeerIdentity.AUTHORITIES, Map.of(PeerIdentity.AUTHORITIES_KEY, value(Pem.of(wanted.trusted()))));
    }

    /** Makes what is missing or due. */
    void issue(Collection<PeerIdentity> identities, Instant now) {
        boolean changes = !wanted.certificate().equals(signing.certificate());
        if (!changes || !now.isBefore(turn())) {
            signing = wanted;
            if (changes) {
                renewals.clear();
            }
        }
        for (PeerIdentity identity : identities) {
            Instant renewal = renewals.get(identity);
            if (renewal == null || !now.isBefore(renewal)) {
                issue(identity, now);
            }
        }
    }

    private void issue(PeerIdentity identity, Instant now) {
        KeyedCertificate made = signing.signing().peer(identity.toString(), URI.create(identity.uri()), lifetime);
        Duration life = Duration.between(now, made.certificate().getNotAfter().toInstant());
        Duration after = life.multipliedBy(2).dividedBy(3);
        renewals.put(identity, now.plus(after.compareTo(SHORTEST) < 0 ? SHORTEST : after));
        put(identity.secret(), Map.of(CERTIFICATE, value(made.certificatePem()), KEY, value(made.keyPem())));
    }

    /** Returns when the wanted authority signs. */
    private Instant turn() {
        Instant since = trusted.get(wanted.certificate());
        boolean isLast = !trusted.containsKey(signing.certificate());
        return since == null || since.equals(Instant.MIN) || isLast ? Instant.MIN : since.plus(spread);
    }

    /** Returns when something is due next; null for never. */
    @Nullable
    Instant due() {
        Set<Instant> times = new HashSet<>(renewals.values());
        if (!wanted.certificate().equals(signing.certificate())) {
            times.add(turn());
        }
        return times.stream().min(Instant::compareTo).orElse(null);
    }

    private void put(SecretId id, Map<String, SecretValue> keys) {
        secrets = secrets.plus(id, new Secret(keys));
    }

    private static SecretValue value(String pem) {
        return new SecretValue(pem.getBytes(StandardCharsets.UTF_8));
    }
}
