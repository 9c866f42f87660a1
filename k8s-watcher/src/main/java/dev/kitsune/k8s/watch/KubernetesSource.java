package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Source;
import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The custom resources, pods and Secrets of a cluster. What was read stays in force while the API server is away, while
 * it does not allow to read, and while a definition is missing. Later changes of pods are delivered at once.
 */
public final class KubernetesSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSource.class);
    private static final Duration REPORT = Duration.ofSeconds(10);

    private final ApiConnection connection;
    private final String ownNamespace;
    private final ResourceListener resources;
    private final ApiThreads threads = new ApiThreads();
    private final SecretWatches secrets;
    private final Map<Kind, ListWatch<?>> kinds = new EnumMap<>(Kind.class);
    private final List<ListWatch<?>> others = new ArrayList<>();
    private @Nullable Deliveries deliveries;
    private boolean closed;

    /**
     * A source that reads a cluster.
     *
     * @param config of a client with the rights of Kitsune
     * @param ownNamespace the namespace in which Kitsune runs, with the Secrets that belong to the mesh
     */
    public KubernetesSource(Config config, String ownNamespace) {
        this(config, ownNamespace, ResourceListener.NONE);
    }

    /** {@code resources}: hears of every custom resource */
    public KubernetesSource(Config config, String ownNamespace, ResourceListener resources) {
        this.connection = new ApiConnection(config);
        this.ownNamespace = ownNamespace;
        this.resources = resources;
        this.secrets = new SecretWatches(connection, threads);
    }

    /** Waits until the API server has listed everything, delivers it, and then follows every change. */
    @Override
    public void start(CatalogListener listener) {
        Deliveries opened = open(listener);
        try {
            while (!opened.awaitFirst(REPORT.toMillis())) {
                opened.submit(state -> LOG.warn("waiting for the API server to list {}", state.awaited()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the cluster was read", e);
        }
    }

    private synchronized Deliveries open(CatalogListener listener) {
        if (deliveries != null || closed) {
            throw new IllegalStateException("a source starts once");
        }
        ClusterState state = new ClusterState(ownNamespace, resources);
        Deliveries opened = new Deliveries(state, listener, secrets);
        deliveries = opened;
        ClusterState.KINDS.forEach(kind -> kinds.put(kind, resources(kind, opened)));
        others.add(new ListWatch<>(
                "Pods",
                Lists.pods(connection.client()),
                null,
                new PlainObjects<>(state.pods(), Lists.REMEDY, opened),
                connection,
                threads));
        others.add(new ListWatch<>(
                "Namespaces",
                Lists.namespaces(connection.client()),
                null,
                new PlainObjects<>(state.namespaces(), Lists.REMEDY, opened),
                connection,
                threads));
        others.add(new ListWatch<>(
                "Services",
                Lists.services(connection.client()),
                null,
                new PlainObjects<>(state.services(), Lists.SERVICES_REMEDY, opened),
                connection,
                threads));
        opened.start();
        kinds.values().forEach(ListWatch::start);
        others.forEach(ListWatch::start);
        new Pulse(connection, threads, this::resume).start();
        return opened;
    }

    private synchronized void resume(long before) {
        kinds.values().forEach(watch -> watch.resume(before));
        others.forEach(watch -> watch.resume(before));
        secrets.resume(before);
    }

    private ListWatch<?> resources(Kind kind, Deliveries to) {
        return new ListWatch<>(
                kind.name(),
                Lists.resources(kind, connection.client()),
                null,
                new DefinedResources(
                        kind, connection.client(), to, threads, which -> Objects.requireNonNull(kinds.get(which))
                                .relist()),
                connection,
                threads);
    }

    /** Stops, and returns when a running delivery has ended. */
    @Override
    public void close() {
        Deliveries open;
        synchronized (this) {
            closed = true;
            open = deliveries;
            kinds.values().forEach(ListWatch::close);
            others.forEach(ListWatch::close);
        }
        secrets.close();
        connection.close();
        threads.close();
        if (open != null) {
            open.close();
        }
    }
}
