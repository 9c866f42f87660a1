package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A watch of the Deployments with a label in each of some namespaces. */
public final class DeploymentWatches implements AutoCloseable {
    private final ApiThreads threads = new ApiThreads();
    private final ApiConnection connection;
    private final List<ListWatch<GenericKubernetesResource>> watches;

    /** Watches that have not begun. {@code label}: the one that the Deployments carry, with its value */
    public DeploymentWatches(
            ApiConnection connection,
            Collection<String> namespaces,
            Map.Entry<String, String> label,
            DeploymentListener listener) {
        this.connection = connection;
        this.watches = namespaces.stream()
                .map(namespace -> new ListWatch<>(
                        "Deployments of namespace " + namespace,
                        Deployments.of(namespace, connection.client()).withLabel(label.getKey(), label.getValue()),
                        null,
                        new OfNamespace(namespace, listener),
                        connection,
                        threads))
                .toList();
    }

    /** Begins, and waits for nothing. */
    public void start() {
        watches.forEach(ListWatch::start);
        new Pulse(connection, threads, before -> watches.forEach(watch -> watch.resume(before))).start();
    }

    @Override
    public void close() {
        watches.forEach(ListWatch::close);
        threads.close();
    }

    private record OfNamespace(String namespace, DeploymentListener listener)
            implements CollectionListener<GenericKubernetesResource> {
        @Override
        public boolean listed(List<GenericKubernetesResource> all) {
            listener.listed(namespace, all);
            return true;
        }

        @Override
        public void put(GenericKubernetesResource object) {
            listener.put(object);
        }

        @Override
        public void removed(GenericKubernetesResource object) {
            listener.removed(object);
        }

        @Override
        public void refused(String why) {
            listener.refused(namespace, why);
        }
    }
}
