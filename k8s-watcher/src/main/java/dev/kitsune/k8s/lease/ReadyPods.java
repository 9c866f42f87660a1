package dev.kitsune.k8s.lease;

import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pods of Kitsune, which are its replicas. The ready ones must report. */
public final class ReadyPods implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyPods.class);

    /** The labels of the pods of Kitsune's chart. */
    public static final Map<String, String> LABELS = Map.of(
            "app.kubernetes.io/name", "kitsune",
            "app.kubernetes.io/component", "control-plane");

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final ApiConnection connection;
    private final SharedIndexInformer<Pod> pods;
    private volatile boolean refused;

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
                .exceptionHandler((started, problem) -> listsAgain(problem, namespace));
    }

    /** Begins to watch, and waits for nothing. */
    public void start() {
        var unused = pods.start();
    }

    private boolean listsAgain(Throwable problem, String namespace) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        if (cause instanceof KubernetesClientException e && ApiRefusal.is(e) && !refused) {
            refused = true;
            LOG.warn(
                    "the pods in namespace {}, where Kitsune runs, cannot be listed: {}. Let Kitsune list and watch"
                            + " pods there. A replica that has never listed them does not know which others must report,"
                            + " and writes no status",
                    namespace,
                    ApiRefusal.words(e));
        }
        return true;
    }

    /** Whether the pods have been listed once. Before that, nobody knows which replicas there are. */
    public boolean isListed() {
        return pods.hasSynced();
    }

    /** Returns the names of the pods that are ready. Those of which nothing is known yet are not among them. */
    public Set<String> names() {
        return pods.getStore().list().stream()
                .filter(ReadyPods::isReady)
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /**
     * Returns the addresses of the other pods that may serve proxies. A pod that is not ready, or about to end, may still
     * have their streams.
     *
     * @param self the name of the pod of this process
     */
    public Set<String> addresses(String self) {
        return pods.getStore().list().stream()
                .filter(pod -> !pod.getMetadata().getName().equals(self))
                .map(Pod::getStatus)
                .filter(status -> status != null && !ENDED.contains(String.valueOf(status.getPhase())))
                .map(PodStatus::getPodIP)
                .filter(address -> address != null && !address.isEmpty())
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
