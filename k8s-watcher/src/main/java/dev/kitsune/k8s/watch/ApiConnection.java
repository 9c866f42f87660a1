package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.client.Client;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to the API server. Says once that it is interrupted, and once that it is not any more. */
public final class ApiConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiConnection.class);
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Long enough for the list of a large cluster. */
    private static final Duration REQUEST = Duration.ofSeconds(30);

    private static final Duration PROBE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    /** Shares everything with the other one, but does not wait as long. */
    private final Client prober;

    private boolean interrupted;
    private boolean closed;

    public ApiConnection(Config config) {
        Config own = promptly(config);
        this.client = new KubernetesClientBuilder().withConfig(own).build();
        this.prober = client.newClient(new RequestConfigBuilder(own.getRequestConfig())
                .withRequestTimeout((int) PROBE.toMillis())
                .build());
    }

    /**
     * Lets the client report each failure at once. By itself it would try again, after longer and longer pauses, and come
     * back late to an API server that is back.
     */
    private static Config promptly(Config config) {
        return new ConfigBuilder(config)
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withRequestTimeout((int) REQUEST.toMillis())
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectLimit(0)
                // A web socket of the JDK's client cannot be closed when its connection is lost, and complains of that.
                .withOnlyHttpWatches(true)
                // Each watch has a connection of its own. One that hangs does not hold up the rest.
                .withHttp2Disable(true)
                .build();
    }

    public KubernetesClient client() {
        return client;
    }

    /**
     * Asks for the API server's version.
     *
     * @throws KubernetesClientException if there is no answer
     */
    void probe() {
        try {
            prober.raw("/version");
        } catch (KubernetesClientException e) {
            if (!ApiRefusal.is(e)) {
                throw e;
            }
        }
        works();
    }

    synchronized void works() {
        if (interrupted) {
            interrupted = false;
            LOG.info("the API server {} answers again", client.getMasterUrl());
        }
    }

    /** A request has failed. If the API server has not answered at all, that is said once. */
    synchronized void failed(KubernetesClientException e) {
        if (!ApiRefusal.isAnswer(e) && !interrupted && !closed) {
            interrupted = true;
            LOG.warn(
                    "the API server {} cannot be reached: {}. What is served stays in force, and Kitsune tries again",
                    client.getMasterUrl(),
                    ApiRefusal.words(e));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        client.close();
    }
}
