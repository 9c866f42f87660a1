package dev.kitsune.xds.cluster;

import com.google.common.net.HostAndPort;
import dev.kitsune.k8s.authority.AuthorityKeeper;
import dev.kitsune.k8s.authority.StoredAuthorities;
import dev.kitsune.k8s.distill.DistillationSettings;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.serve.ClusterParts;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.model.source.Source;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.inject.InjectPort;
import dev.kitsune.xds.input.Companion;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.input.InputException;
import dev.kitsune.xds.input.InputListener;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.replica.ReplicaChannels;
import dev.kitsune.xds.replica.ReplicaToken;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster. Its state is the status of its objects. */
public final class ClusterInput implements Input {
    private final Cluster cluster;
    private final ClusterParts parts;
    private final ReplicaToken token;
    private final MeshSettings mesh;
    private final ReplicaCertificate certificate;
    private final ClusterCallers callers;
    private final AuthorityKeeper authorities;
    private final String host;
    private final @Nullable ClusterWebhook webhook;
    private final @Nullable DistillationSettings distilling;
    private @Nullable ClusterCompanion companion;
    private @Nullable Source source;
    private volatile @Nullable InputListener listener;
    private volatile @Nullable ClusterSigner authority;

    /**
     * A cluster that is not read yet.
     *
     * @param ownNamespace the namespace in which Kitsune runs
     * @param replica this process
     * @param token by which replicas recognise each other
     * @param mesh how proxies reach this replica
     */
    public ClusterInput(Cluster cluster, String ownNamespace, Replica replica, ReplicaToken token, MeshSettings mesh) {
        this(cluster, ownNamespace, replica, token, mesh, null, null);
    }

    /**
     * The same with a webhook, and with pods that Kitsune makes.
     *
     * @param inject null for none
     * @param distilling null if Kitsune makes no pods
     */
    public ClusterInput(
            Cluster cluster,
            String ownNamespace,
            Replica replica,
            ReplicaToken token,
            MeshSettings mesh,
            @Nullable InjectPort inject,
            @Nullable DistillationSettings distilling) {
        this.distilling = distilling;
        this.cluster = cluster;
        this.token = token;
        this.mesh = mesh;
        this.parts = new ClusterParts(cluster, ownNamespace, replica, this::decidingChanged);
        this.host = mesh.service() + "." + ownNamespace + ".svc";
        this.certificate = new ReplicaCertificate(hosts(replica), mesh.certificateLife(), InstantSource.system());
        this.callers =
                new ClusterCallers(parts, new ClusterCallers.GatewayAccount(ownNamespace, mesh.gatewayAccount()));
        this.webhook =
                inject == null ? null : new ClusterWebhook(inject, certificate.keys(), parts.webhookAuthorities());
        this.authorities = parts.authorities(callers.pods(), certificate, this::follow, mesh.spread());
    }

    private void follow(StoredAuthorities now) {
        certificate.follow(now);
        ClusterSigner following = authority;
        if (following != null) {
            following.follow(now);
        }
        if (webhook != null) {
            webhook.follow(now);
        }
    }

    private List<String> hosts(Replica replica) {
        List<String> hosts = new ArrayList<>(List.of(host, host + ".cluster.local"));
        if (replica.address() != null) {
            hosts.add(HostAndPort.fromString(replica.address()).getHost());
        }
        return hosts;
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
    public PortAccess access() {
        return new PortAccess(callers, certificate.server());
    }

    @Override
    public Companion accompany(ServedNow served) {
        ClusterCompanion made = new ClusterCompanion(
                parts,
                new ClusterCompanion.ToReplicas(token, ReplicaChannels.by(certificate.client(), host)),
                mesh.connectionAge(),
                served,
                distilling);
        companion = made;
        return made;
    }

    @Override
    public void open(InputListener to) throws InputException {
        listener = to;
        if (webhook != null) {
            webhook.start();
        }
        parts.lease().start();
        authorities.start();
    }

    @Override
    public void followAuthority(AuthorityListener to) {
        authority = new ClusterSigner(to, InstantSource.system());
    }

    @Override
    public void start(Known known, CatalogListener to) {
        List<ResourceListener> listeners = new ArrayList<>(List.of(callers.pods()));
        if (companion != null) {
            listeners.addAll(companion.resourceListeners());
        }
        Source opened = parts.source(listeners);
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
        authorities.close();
        if (webhook != null) {
            webhook.close();
        }
        callers.close();
        parts.sightings().close();
        parts.lastGoods().close();
        parts.lease().close();
    }
}
