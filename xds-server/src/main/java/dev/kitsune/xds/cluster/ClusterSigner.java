package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.authority.AuthorityFollower;
import dev.kitsune.k8s.authority.StoredAuthorities;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.peer.PeerAuthority;
import dev.kitsune.xds.tls.PemException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets the authority of the cluster sign the certificates that proxies show to each other. Each replica makes its own, and
 * all of them are trusted.
 */
final class ClusterSigner implements AuthorityFollower {
    private final AuthorityListener listener;
    private final InstantSource clock;

    /** Used by the thread that follows. */
    private @Nullable StoredAuthorities followed;

    ClusterSigner(AuthorityListener listener, InstantSource clock) {
        this.listener = listener;
        this.clock = clock;
    }

    @Override
    public void follow(StoredAuthorities now) {
        StoredAuthorities before = followed;
        if (before != null
                && before.current().equals(now.current())
                && before.trusted().equals(now.trusted())) {
            return;
        }
        followed = now;
        try {
            listener.signedBy(PeerAuthority.of(
                    now.current().certificate(),
                    new String(now.current().key().reveal(), StandardCharsets.UTF_8),
                    now.trusted(),
                    clock));
        } catch (PemException e) {
            listener.unsigned("the Secret kitsune-ca " + e.getMessage() + ": delete it, and Kitsune makes another one");
        }
    }
}
