package dev.kitsune.xds.input;

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
import dev.kitsune.xds.pipeline.Stores;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster. Its state is the status of its objects. */
public final class ClusterInput implements Input {
    private final Cluster cluster;
    private final HolderLease lease;
    private final ClusterReleases releases;
    private final ClusterLastGoods lastGoods;
    private final ClusterSightings sightings;
    private final KubernetesSource source;
    private volatile @Nullable InputListener listener;

    /**
     * A cluster that is not read yet.
     *
     * @param ownNamespace the namespace in which Kitsune runs
     * @param replica this process
     */
    public ClusterInput(Cluster cluster, String ownNamespace, Replica replica) {
        this.cluster = cluster;
        this.lease = new HolderLease(cluster.config(), ownNamespace, replica, this::decidingChanged);
        this.releases = new ClusterReleases(cluster.config(), lease);
        this.lastGoods = new ClusterLastGoods(cluster.config(), lease);
        this.sightings = new ClusterSightings(cluster.config(), lease, lease::aliveUntil);
        this.source = new KubernetesSource(
                cluster.config(), ownNamespace, ResourceListener.all(List.of(releases, lastGoods, sightings)));
    }

    private void decidingChanged() {
        InputListener to = listener;
        if (to != null) {
            to.decidingChanged();
        }
        lastGoods.decidingChanged();
        sightings.decidingChanged();
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
    public void open(InputListener to) {
        listener = to;
        lease.start();
    }

    @Override
    public void start(Known known, CatalogListener to) {
        source.start(to);
    }

    @Override
    public void stop() {
        releases.close(); // The thread of the source may wait for it.
        source.close();
    }

    @Override
    public void close() {
        sightings.close();
        lastGoods.close();
        lease.close();
    }
}
