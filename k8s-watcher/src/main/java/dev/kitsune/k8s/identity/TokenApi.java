package dev.kitsune.k8s.identity;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** Asks the API server about a token. */
@FunctionalInterface
interface TokenApi extends AutoCloseable {
    /**
     * Waits for the answer.
     *
     * @throws KubernetesClientException if there is none
     */
    ReviewedToken review(String token);

    @Override
    default void close() {}
}
