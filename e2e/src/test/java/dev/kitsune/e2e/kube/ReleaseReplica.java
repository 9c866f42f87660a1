package dev.kitsune.e2e.kube;

import dev.kitsune.k8s.state.ClusterReleases;
import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.client.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A replica's store of releases with the source that it hears from, and what its listener was told last. */
final class ReleaseReplica implements ReleaseStore.Listener, AutoCloseable {
    private final ClusterReleases store;
    private final KubernetesSource source;
    private final Map<VirtualEnvironmentName, Kept> loaded;
    private final Map<VirtualEnvironmentName, Optional<Kept>> told = new ConcurrentHashMap<>();
    private volatile List<ReleaseRequest> asked = List.of();

    private ReleaseReplica(Config config) {
        store = new ClusterReleases(config, Deciding.ALWAYS, new Pace());
        source = new KubernetesSource(config, "kitsune-system", store);
        source.start(change -> {});
        loaded = store.load();
        store.watch(this);
    }

    /** Returns a replica that has read the cluster. */
    static ReleaseReplica start(Config config) {
        return new ReleaseReplica(config);
    }

    ClusterReleases store() {
        return store;
    }

    /** What it has read at its start. */
    Map<VirtualEnvironmentName, Kept> loaded() {
        return loaded;
    }

    /** What it was told since then. */
    Map<VirtualEnvironmentName, Optional<Kept>> told() {
        return told;
    }

    List<ReleaseRequest> asked() {
        return asked;
    }

    @Override
    public void kept(Map<VirtualEnvironmentName, Optional<Kept>> changed) {
        told.putAll(changed);
    }

    @Override
    public void asked(List<ReleaseRequest> requests) {
        asked = requests;
    }

    @Override
    public void close() {
        store.close();
        source.close();
    }
}
