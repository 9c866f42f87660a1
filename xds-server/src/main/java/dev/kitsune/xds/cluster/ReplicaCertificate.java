package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.authority.AuthorityFollower;
import dev.kitsune.k8s.authority.AuthorityMaker;
import dev.kitsune.k8s.authority.StoredAuthorities;
import dev.kitsune.k8s.authority.StoredAuthority;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import dev.kitsune.xds.tls.PemException;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of this replica. It is made in memory, by the authority that signs now, and made again before it is
 * over. Connections go on with the one with which they began.
 */
final class ReplicaCertificate implements AuthorityMaker, AuthorityFollower {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaCertificate.class);

    private final List<String> hosts;
    private final Duration lifetime;
    private final InstantSource clock;
    private final AdvancedTlsX509KeyManager shown = new AdvancedTlsX509KeyManager();
    private final AdvancedTlsX509TrustManager trusting;

    /** Used by the thread that follows, like the next two. */
    private @Nullable StoredAuthorities followed;

    private Instant renewal = Instant.MIN;
    private boolean unreadable;

    /**
     * There is no certificate yet, so no connection succeeds.
     *
     * @param hosts the names and addresses at which this replica is reached
     * @param lifetime of a certificate
     */
    ReplicaCertificate(List<String> hosts, Duration lifetime, InstantSource clock) {
        this.hosts = hosts;
        this.lifetime = lifetime;
        this.clock = clock;
        try {
            this.trusting = AdvancedTlsX509TrustManager.newBuilder().build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** Returns what the port for Envoys shows. */
    ServerCredentials server() {
        return TlsServerCredentials.newBuilder().keyManager(shown).build();
    }

    /** Returns the same for other ports. */
    X509ExtendedKeyManager keys() {
        return shown;
    }

    /** Returns by what this replica recognises the others. */
    ChannelCredentials client() {
        return TlsChannelCredentials.newBuilder().trustManager(trusting).build();
    }

    @Override
    public StoredAuthority make() {
        KeyedCertificate made = CertificateAuthority.create(clock).own();
        return new StoredAuthority(
                made.certificatePem(), new SecretValue(made.keyPem().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Instant renewal(StoredAuthority authority) {
        try {
            X509Certificate own = authority(authority).own().certificate();
            return twoThirds(own.getNotBefore().toInstant(), own.getNotAfter().toInstant());
        } catch (PemException e) {
            return Instant.MAX; // That it cannot be read is said elsewhere, and somebody must look at it.
        }
    }

    @Override
    public void follow(StoredAuthorities now) {
        try {
            if (followed == null || !followed.trusted().equals(now.trusted())) {
                trusting.updateTrustCredentials(Pem.certificates(now.trusted()).toArray(X509Certificate[]::new));
            }
            if (followed == null
                    || !followed.current().equals(now.current())
                    || !clock.instant().isBefore(renewal)) {
                KeyedCertificate issued = authority(now.current()).server(hosts, lifetime);
                shown.updateIdentityCredentials(issued.chain().toArray(X509Certificate[]::new), issued.key());
                Instant end = issued.certificate().getNotAfter().toInstant();
                renewal = twoThirds(clock.instant(), end);
                LOG.info("this replica has a certificate until {}", end);
            }
            followed = now;
            unreadable = false;
        } catch (PemException e) {
            if (!unreadable) {
                LOG.error("the Secret kitsune-ca {}: delete it, and Kitsune makes another one", e.getMessage());
            }
            unreadable = true;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("certificates that were just made or read", e);
        }
    }

    private CertificateAuthority authority(StoredAuthority stored) throws PemException {
        return new CertificateAuthority(
                KeyedCertificate.of(
                        stored.certificate(), new String(stored.key().reveal(), StandardCharsets.UTF_8)),
                clock);
    }

    private static Instant twoThirds(Instant begin, Instant end) {
        return begin.plus(Duration.between(begin, end).multipliedBy(2).dividedBy(3));
    }
}
