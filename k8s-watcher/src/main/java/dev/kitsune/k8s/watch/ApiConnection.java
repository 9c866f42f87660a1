package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to the API server. Says once that it is interrupted, and once that it is not any more. */
final class ApiConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ApiConnection.class);

    private final KubernetesClient client;
    private boolean interrupted;

    ApiConnection(KubernetesClient client) {
        this.client = promptly(client);
    }

    /**
     * A client that reports each failure at once. By itself it would try again, after longer and longer pauses, and come
     * back late to an API server that is back.
     */
    private static KubernetesClient promptly(KubernetesClient client) {
        RequestConfig config = new RequestConfigBuilder(
                        client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectLimit(0)
                .build();
        return client.newClient(config).adapt(KubernetesClient.class);
    }

    KubernetesClient client() {
        return client;
    }

    /**
     * Asks for the API server's version.
     *
     * @throws KubernetesClientException if there is no answer
     */
    void probe() {
        try {
            client.raw("/version");
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
        if (e.getCode() == 0 && !interrupted) {
            interrupted = true;
            LOG.warn(
                    "the API server {} cannot be reached: {}. What is served stays in force, and Kitsune tries again",
                    client.getMasterUrl(),
                    ApiRefusal.words(e));
        }
    }
}
