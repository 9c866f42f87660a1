package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.serve.ClusterParts;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.model.source.Source;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.input.Companion;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.input.InputListener;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.replica.ReplicaToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster. Its state is the status of its objects. */
public final class ClusterInput implements Input {
    private final Cluster cluster;
    private final ClusterParts parts;
    private final ReplicaToken token;
    private @Nullable ClusterCompanion companion;
    private @Nullable Source source;
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
        this.token = token;
        this.parts = new ClusterParts(cluster, ownNamespace, replica, this::decidingChanged);
    }

    private void decidingChanged() {
        InputListener to = listener;
        if (to != null) {
            to.decidingChanged();
        }
        parts.lastGoods().decidingChanged();
        parts.sightings().decidingChanged();
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
        return parts.lease();
    }

    @Override
    public Stores stores() {
        return new Stores(parts.releases(), parts.lastGoods(), true, true);
    }

    @Override
    public SightingStore sightings() {
        return parts.sightings();
    }

    @Override
    public void check() {
        // The API server may come later. The source waits for it, and says so.
    }

    @Override
    public Companion accompany(ServedNow served) {
        ClusterCompanion made = new ClusterCompanion(parts, token, served);
        companion = made;
        return made;
    }

    @Override
    public void open(InputListener to) {
        listener = to;
        parts.lease().start();
    }

    @Override
    public void start(Known known, CatalogListener to) {
        Source opened = parts.source(companion == null ? List.of() : companion.resourceListeners());
        source = opened;
        opened.start(to);
    }

    @Override
    public void stop() {
        parts.releases().close(); // The thread of the source may wait for it.
        if (source != null) {
            source.close();
        }
    }

    @Override
    public void close() {
        parts.sightings().close();
        parts.lastGoods().close();
        parts.lease().close();
    }
}
