package dev.kitsune.e2e.kube;

import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers every value that a condition of one virtual environment had, also between two looks of a test. */
final class RecordedConditions implements Watcher<GenericKubernetesResource>, AutoCloseable {
    private final String type;
    private final List<Observed> values = new CopyOnWriteArrayList<>();
    private final Watch watch;
    private volatile @Nullable WatcherException ended;

    /** A value of the condition. {@code generation}: the one that it is about */
    record Observed(long generation, String status, String reason, String message) {}

    RecordedConditions(ServedCluster cluster, String virtualEnvironment, String type) {
        this.type = type;
        this.watch = cluster.server()
                .client()
                .genericKubernetesResources(Kind.API_VERSION, Kind.VirtualEnvironment.name())
                .inNamespace(cluster.shop())
                .withName(virtualEnvironment)
                .watch(this);
    }

    @Override
    public void eventReceived(Action action, GenericKubernetesResource resource) {
        if (resource.get("status", "conditions") instanceof List<?> conditions) {
            conditions.stream()
                    .map(one -> (Map<?, ?>) one)
                    .filter(one -> type.equals(one.get("type")))
                    .map(one -> new Observed(
                            ((Number) Objects.requireNonNull(one.get("observedGeneration"))).longValue(),
                            text(one, "status"),
                            text(one, "reason"),
                            text(one, "message")))
                    .forEach(values::add);
        }
    }

    private static String text(Map<?, ?> condition, String field) {
        return String.valueOf(condition.get(field));
    }

    @Override
    public void onClose(WatcherException cause) {
        ended = cause;
    }

    /** Returns the values about a generation, in their order. */
    List<Observed> of(long generation) {
        if (ended != null) {
            throw new IllegalStateException("not every value was seen", ended);
        }
        return values.stream().filter(value -> value.generation() == generation).toList();
    }

    @Override
    public void close() {
        watch.close();
    }
}
