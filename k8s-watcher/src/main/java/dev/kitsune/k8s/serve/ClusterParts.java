package dev.kitsune.k8s.serve;

import dev.kitsune.k8s.admission.WebhookAuthorities;
import dev.kitsune.k8s.authority.AuthorityFollower;
import dev.kitsune.k8s.authority.AuthorityKeeper;
import dev.kitsune.k8s.authority.AuthorityMaker;
import dev.kitsune.k8s.distill.DistillationListener;
import dev.kitsune.k8s.distill.DistillationSettings;
import dev.kitsune.k8s.distill.Distiller;
import dev.kitsune.k8s.identity.KnownPods;
import dev.kitsune.k8s.identity.PodTokens;
import dev.kitsune.k8s.inuse.InUseFinalizers;
import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.lease.LeaseListener;
import dev.kitsune.k8s.lease.ReadyPods;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.service.NamedServices;
import dev.kitsune.k8s.state.ClusterLastGoods;
import dev.kitsune.k8s.state.ClusterReleases;
import dev.kitsune.k8s.state.ClusterSightings;
import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.status.FactSource;
import dev.kitsune.k8s.status.StatusWriter;
import dev.kitsune.k8s.status.WriteGuard;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.source.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The parts of one cluster for one replica. Nothing is opened before it is started. */
public final class ClusterParts {
    private final Cluster cluster;
    private final String ownNamespace;
    private final Pace pace = new Pace();
    private final HolderLease lease;
    private final ClusterReleases releases;
    private final ClusterLastGoods lastGoods;
    private final ClusterSightings sightings;

    /**
     * The parts of a cluster.
     *
     * @param ownNamespace the namespace in which Kitsune runs
     * @param replica this process
     * @param listener hears that another replica decides
     */
    public ClusterParts(Cluster cluster, String ownNamespace, Replica replica, LeaseListener listener) {
        this.cluster = cluster;
        this.ownNamespace = ownNamespace;
        this.lease = new HolderLease(cluster.config(), ownNamespace, replica, listener, InstantSource.system());
        this.releases = new ClusterReleases(cluster.config(), lease, pace);
        this.lastGoods = new ClusterLastGoods(cluster.config(), lease, pace);
        this.sightings = new ClusterSightings(cluster.config(), lease, lease::aliveUntil, pace);
    }

    public HolderLease lease() {
        return lease;
    }

    public ClusterReleases releases() {
        return releases;
    }

    public ClusterLastGoods lastGoods() {
        return lastGoods;
    }

    public ClusterSightings sightings() {
        return sightings;
    }

    /** Returns the source, which tells the stores and these of every custom resource. */
    public Source source(List<ResourceListener> others) {
        List<ResourceListener> all = new ArrayList<>(List.of(releases, lastGoods, sightings));
        all.addAll(others);
        return new KubernetesSource(cluster.config(), ownNamespace, ResourceListener.all(all));
    }

    /** Returns what knows the tokens of pods, which must be among the listeners of the source. */
    public PodTokens podTokens(KnownPods pods) {
        return new PodTokens(cluster.config(), pods, InstantSource.system());
    }

    /**
     * Returns what keeps the certificate authorities.
     *
     * @param pods need them
     * @param spread how long pods have to get a changed ConfigMap
     */
    public AuthorityKeeper authorities(
            KnownPods pods, AuthorityMaker maker, AuthorityFollower follower, Duration spread) {
        return new AuthorityKeeper(
                new AuthorityKeeper.AuthorityPlace(cluster.config(), ownNamespace, lease, pods::namespaces),
                maker,
                follower,
                spread,
                InstantSource.system());
    }

    /** Returns what tells the API server whom it is to trust as the webhook. */
    public WebhookAuthorities webhookAuthorities() {
        return new WebhookAuthorities(cluster.config(), lease);
    }

    /** Returns the ready replicas. */
    public ReadyPods readyPods() {
        return new ReadyPods(cluster.config(), ownNamespace);
    }

    /** Returns the finalizers, which must be among the listeners of the source. */
    public InUseFinalizers finalizers(InUseFinalizers.ServedOwners names) {
        return new InUseFinalizers(cluster.config(), lease, names);
    }

    /** Returns the Services for names that have none, which must be among the listeners of the source. */
    public NamedServices namedServices() {
        return new NamedServices(cluster.config(), lease);
    }

    /** Returns what makes pods from templates, which must be among the listeners of the source. */
    public Distiller distillation(DistillationSettings settings, DistillationListener listener) {
        return new Distiller(cluster.config(), lease, pace, settings, listener);
    }

    /** Returns the writer of statuses, which must be among the listeners of the source. */
    public StatusWriter statusWriter(FactSource facts, WriteGuard guard) {
        return new StatusWriter(cluster.config(), facts, guard, pace, InstantSource.system());
    }
}
