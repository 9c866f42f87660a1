package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** One watch of Secrets for each namespace that references some. No other namespace's Secrets are ever read. */
final class SecretWatches implements AutoCloseable {
    private final ApiConnection connection;
    private final ApiThreads threads;

    /** Guarded by this, like all fields below. */
    private final Map<String, ListWatch<Secret>> watches = new HashMap<>();

    private Set<String> followed = Set.of();
    private boolean closed;

    SecretWatches(ApiConnection connection, ApiThreads threads) {
        this.connection = connection;
        this.threads = threads;
    }

    /** Follows the namespaces that the state needs now. */
    @SuppressWarnings("ReferenceEquality") // The state has another set as soon as it may need other namespaces.
    synchronized void follow(ClusterState state, Deliveries deliveries) {
        Set<String> needed = state.secretNamespaces();
        if (needed == followed || closed) {
            return;
        }
        followed = needed;
        watches.entrySet().removeIf(watch -> {
            boolean ended = !needed.contains(watch.getKey());
            if (ended) {
                watch.getValue().close();
            }
            return ended;
        });
        for (String namespace : needed) {
            watches.computeIfAbsent(namespace, n -> begin(n, state, deliveries));
        }
    }

    private ListWatch<Secret> begin(String namespace, ClusterState state, Deliveries deliveries) {
        ListWatch<Secret> watch = new ListWatch<>(
                "Secrets/" + namespace,
                Lists.secrets(namespace, connection.client()),
                Lists.SECRET_FIELDS,
                new PlainObjects<>(state.secrets(namespace), Lists.SECRETS_REMEDY, deliveries),
                connection,
                threads);
        watch.start();
        return watch;
    }

    /** Goes on with other watches in place of those that began before that time. */
    synchronized void resume(long before) {
        watches.values().forEach(watch -> watch.resume(before));
    }

    @Override
    public synchronized void close() {
        closed = true;
        watches.values().forEach(ListWatch::close);
    }
}
