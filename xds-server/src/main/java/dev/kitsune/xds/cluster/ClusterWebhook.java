package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.admission.WebhookAuthorities;
import dev.kitsune.k8s.authority.StoredAuthorities;
import dev.kitsune.xds.inject.InjectPort;
import dev.kitsune.xds.inject.InjectServer;
import dev.kitsune.xds.inject.WebhookListenException;
import dev.kitsune.xds.input.InputException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The webhook of a replica. It waits for nothing that is served: every replica makes the same pods. */
final class ClusterWebhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWebhook.class);

    private final InjectPort port;
    private final X509ExtendedKeyManager keys;
    private final WebhookAuthorities authorities;
    private @Nullable InjectServer server;

    /**
     * A webhook that is not open yet.
     *
     * @param keys the certificate of this replica
     * @param authorities tells the API server whom to trust
     */
    ClusterWebhook(InjectPort port, X509ExtendedKeyManager keys, WebhookAuthorities authorities) {
        this.port = port;
        this.keys = keys;
        this.authorities = authorities;
    }

    void start() throws InputException {
        try {
            server = InjectServer.start(port, keys);
        } catch (WebhookListenException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
        authorities.start();
        LOG.info("the webhook for pods listens at {}", server.port());
    }

    void follow(StoredAuthorities now) {
        authorities.trust(now.trusted());
    }

    @Override
    public void close() {
        authorities.close();
        if (server != null) {
            server.close();
        }
    }
}
