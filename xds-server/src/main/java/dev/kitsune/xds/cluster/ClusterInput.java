package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.state.ClusterLastGoods;
import dev.kitsune.k8s.state.ClusterReleases;
import dev.kitsune.k8s.state.ClusterSightings;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.input.Companion;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.input.InputListener;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.replica.ReplicaToken;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster. Its state is the status of its objects. */
public final class ClusterInput implements Input {
    private final Cluster cluster;
    private final HolderLease lease;
    private final ClusterReleases releases;
    private final ClusterLastGoods lastGoods;
    private final ClusterSightings sightings;
    private final String ownNamespace;
    private final ReplicaToken token;
    private @Nullable ClusterCompanion companion;
    private @Nullable KubernetesSource source;
    private volatile @Nullable InputListener listener;

    /**
     * A cluster that is not read yet.
     *
     * @param ownNamespace the namespace in which Kitsune runs
     * @param replica this process
     * @param token by which replicas recognise each other
     */
    public ClusterInput(Cluster cluster, String ownNamespace, Replica replica, ReplicaToken token) {
        this.cluster = cluster;
        this.ownNamespace = ownNamespace;
        this.token = token;
        this.lease =
                new HolderLease(cluster.config(), ownNamespace, replica, this::decidingChanged, InstantSource.system());
        this.releases = new ClusterReleases(cluster.config(), lease);
        this.lastGoods = new ClusterLastGoods(cluster.config(), lease);
        this.sightings = new ClusterSightings(cluster.config(), lease, lease::aliveUntil);
    }

    private void decidingChanged() {
        InputListener to = listener;
        if (to != null) {
            to.decidingChanged();
        }
        lastGoods.decidingChanged();
        sightings.decidingChanged();
        if (companion != null) {
            companion.decidingChanged();
        }
    }

    @Override
    public String name() {
        return "the cluster " + cluster.name();
    }

    @Override
    public Deciding deciding() {
        return lease;
    }

    @Override
    public Stores stores() {
        return new Stores(releases, lastGoods, true, true);
    }

    @Override
    public SightingStore sightings() {
        return sightings;
    }

    @Override
    public void check() {
        // The API server may come later. The source waits for it, and says so.
    }

    @Override
    public Companion accompany(ServedNow served) {
        ClusterCompanion made = new ClusterCompanion(cluster.config(), ownNamespace, lease, token, served);
        companion = made;
        return made;
    }

    @Override
    public void open(InputListener to) {
        listener = to;
        lease.start();
    }

    @Override
    public void start(Known known, CatalogListener to) {
        List<ResourceListener> listeners = new ArrayList<>(List.of(releases, lastGoods, sightings));
        if (companion != null) {
            listeners.addAll(companion.resourceListeners());
        }
        KubernetesSource opened = new KubernetesSource(cluster.config(), ownNamespace, ResourceListener.all(listeners));
        source = opened;
        opened.start(to);
    }

    @Override
    public void stop() {
        releases.close(); // The thread of the source may wait for it.
        if (source != null) {
            source.close();
        }
    }

    @Override
    public void close() {
        sightings.close();
        lastGoods.close();
        lease.close();
    }
}
