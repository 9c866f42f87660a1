package dev.kitsune.k8s.inuse;

import dev.kitsune.k8s.read.ResourceObjects;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.CustomResources;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What must happen before Kitsune leaves a cluster, because nobody removes the finalizers afterwards. Each method throws
 * {@link NoClusterException} if the API server does not answer, or does not allow it.
 */
public final class Cleanup implements AutoCloseable {
    private final ApiConnection connection;

    /** {@code config}: of a client that may do this */
    public Cleanup(Config config) {
        this.connection = new ApiConnection(config);
    }

    /**
     * Stops the replicas, which would set the finalizers again. Without the Deployment there is nothing to stop.
     *
     * @return false if one of them still runs when the patience is over
     */
    public boolean stop(String namespace, String deployment, Duration patience) throws InterruptedException {
        try {
            return tryToStop(namespace, deployment, patience);
        } catch (KubernetesClientException e) {
            throw refused(e);
        }
    }

    private boolean tryToStop(String namespace, String deployment, Duration patience) throws InterruptedException {
        var one =
                connection.client().apps().deployments().inNamespace(namespace).withName(deployment);
        Deployment found = one.get();
        if (found == null) {
            return true;
        }
        one.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":0}}");
        Map<String, String> labels = found.getSpec().getSelector().getMatchLabels();
        CompletableFuture<List<Pod>> ended = connection
                .client()
                .pods()
                .inNamespace(namespace)
                .withLabels(labels)
                .informOnCondition(List::isEmpty);
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw KubernetesClientException.launderThrowable(e.getCause());
        } finally {
            ended.cancel(true);
        }
    }

    /** Removes the finalizer from every object that has it, and returns how many had it. */
    public int removeFinalizers() {
        try {
            return tryToRemove();
        } catch (KubernetesClientException e) {
            throw refused(e);
        }
    }

    private static NoClusterException refused(KubernetesClientException e) {
        return new NoClusterException("the API server refuses it, or does not answer: " + ApiRefusal.words(e));
    }

    private int tryToRemove() {
        InUseFinalizer finalizer = new InUseFinalizer(connection.client());
        int removed = 0;
        for (Kind kind : InUseFinalizers.KINDS) {
            List<ObjectKey> holding = holding(kind);
            while (!holding.isEmpty()) {
                // Those that somebody else writes at this moment are tried again.
                List<ObjectKey> tried = holding;
                holding = tried.stream().filter(key -> !finalizer.remove(key)).toList();
                removed += tried.size() - holding.size();
            }
        }
        return removed;
    }

    private List<ObjectKey> holding(Kind kind) {
        try {
            return CustomResources.of(kind, connection.client()).inAnyNamespace().list().getItems().stream()
                    .map(GenericKubernetesResource::getMetadata)
                    .filter(InUseFinalizer::isOn)
                    .map(metadata -> ResourceObjects.key(kind, metadata))
                    .toList();
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isUnknown(e)) {
                return List.of(); // The definition has gone, and its objects with it.
            }
            throw e;
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
