package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.k8s.read.SecretList;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** One watch for each list of Secrets that are referenced. No others are ever read. */
final class SecretWatches implements AutoCloseable {
    private final ApiConnection connection;
    private final ApiThreads threads;

    /** Guarded by this, like all fields below. */
    private final Map<SecretList, ListWatch<Secret>> watches = new HashMap<>();

    private Set<SecretList> followed = Set.of();
    private boolean closed;

    SecretWatches(ApiConnection connection, ApiThreads threads) {
        this.connection = connection;
        this.threads = threads;
    }

    /** Follows the lists that the state needs now. */
    @SuppressWarnings("ReferenceEquality") // The state has another set as soon as it may need other lists.
    synchronized void follow(ClusterState state, Deliveries deliveries) {
        Set<SecretList> needed = state.secretLists();
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
        for (SecretList list : needed) {
            watches.computeIfAbsent(list, of -> begin(of, state, deliveries));
        }
    }

    private ListWatch<Secret> begin(SecretList list, ClusterState state, Deliveries deliveries) {
        ListWatch<Secret> watch = new ListWatch<>(
                list.toString(),
                Lists.secrets(list, connection.client()),
                Lists.fields(list),
                new PlainObjects<>(state.secrets(list), Lists.remedy(list), deliveries),
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
