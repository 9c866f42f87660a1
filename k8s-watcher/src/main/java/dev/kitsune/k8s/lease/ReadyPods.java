package dev.kitsune.k8s.lease;

import dev.kitsune.k8s.watch.ApiConnection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The ready pods of Kitsune, which are the replicas that must report. */
public final class ReadyPods implements AutoCloseable {
    /** The labels of Kitsune's chart. */
    private static final Map<String, String> LABELS = Map.of(
            "app.kubernetes.io/name", "kitsune",
            "app.kubernetes.io/component", "control-plane");

    private final ApiConnection connection;
    private final SharedIndexInformer<Pod> pods;

    /**
     * Pods that are not watched yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param namespace the namespace in which Kitsune runs
     */
    public ReadyPods(Config config, String namespace) {
        this.connection = new ApiConnection(config);
        this.pods = connection
                .client()
                .pods()
                .inNamespace(namespace)
                .withLabels(LABELS)
                .runnableInformer(0)
                // Whatever happens, it lists again.
                .exceptionHandler((started, problem) -> true);
    }

    /** Begins to watch, and waits for nothing. */
    public void start() {
        var unused = pods.start();
    }

    /** Returns the names of the pods that are ready. Those of which nothing is known yet are not among them. */
    public Set<String> names() {
        return pods.getStore().list().stream()
                .filter(ReadyPods::isReady)
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(one -> "Ready".equals(one.getType()) && "True".equals(one.getStatus()));
    }

    @Override
    public void close() {
        pods.stop();
        connection.close();
    }
}
