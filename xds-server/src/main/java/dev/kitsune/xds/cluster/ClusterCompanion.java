package dev.kitsune.xds.cluster;

import com.google.common.net.HostAndPort;
import dev.kitsune.k8s.distill.DistillationSettings;
import dev.kitsune.k8s.distill.DistilledState;
import dev.kitsune.k8s.distill.Distiller;
import dev.kitsune.k8s.inuse.InUseFinalizers;
import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.lease.ReadyPods;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.serve.ClusterParts;
import dev.kitsune.k8s.serve.ServedObjects;
import dev.kitsune.k8s.service.NamedServices;
import dev.kitsune.k8s.status.StatusWriter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.alarm.SystemAlarm;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.input.Companion;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.progress.ProxyNews;
import dev.kitsune.xds.replica.AcrossReplicas;
import dev.kitsune.xds.replica.Holder;
import dev.kitsune.xds.replica.ReplicaChannels;
import dev.kitsune.xds.replica.ReplicaLines;
import dev.kitsune.xds.replica.ReplicaToken;
import dev.kitsune.xds.replica.Replicas;
import dev.kitsune.xds.replica.ServedGeneration;
import dev.kitsune.xds.server.Peers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The other replicas of a cluster, and the status of its objects. */
final class ClusterCompanion implements Companion {
    private final HolderLease lease;
    private final ReadyPods pods;
    private final Replicas replicas;
    private final ReplicaLines lines;
    private final Duration connectionAge;
    private final ProxyNews proxies;
    private final ClusterFacts facts;
    private final ServedObjects objects = new ServedObjects(this::delivered);
    private final StateChanges changes = new StateChanges(objects);
    private final StatusWriter writer;
    private final InUseFinalizers finalizers;
    private final NamedServices services;

    /** Null if Kitsune makes no pods. */
    private final @Nullable Distiller distillation;

    /** How this replica reaches the others. {@code token}: by which replicas recognise each other */
    record ToReplicas(ReplicaToken token, ReplicaChannels channels) {}

    /**
     * The companion of one replica.
     *
     * @param connectionAge after which connections to the port for Envoys end
     * @param distilling null if Kitsune makes no pods
     */
    ClusterCompanion(
            ClusterParts parts,
            ToReplicas to,
            Duration connectionAge,
            ServedNow served,
            @Nullable DistillationSettings distilling) {
        this.connectionAge = connectionAge;
        this.lease = parts.lease();
        this.pods = parts.readyPods();
        this.facts = new ClusterFacts(lease.self().name(), served, objects, this::across, this::distilled);
        this.replicas = new Replicas(
                facts,
                new Replicas.Others(new LeaseHolder(lease), pods::names, to.channels()),
                to.token(),
                served.uses());
        this.lines = new ReplicaLines(this::addresses, to.channels(), to.token());
        this.writer = parts.statusWriter(facts, this::mayWrite);
        this.proxies = new ProxyNews(served.store(), new SystemAlarm("proxy-news"));
        proxies.listen(replicas);
        replicas.listen(this::changed);
        this.finalizers = parts.finalizers(facts);
        this.services = parts.namedServices();
        this.distillation = distilling == null ? null : parts.distillation(distilling, this::distilled);
        served.listen(this::served);
    }

    private void served(ServedState state) {
        if (state.snapshot() != null) {
            if (distillation != null) {
                distillation.served(state.snapshot(), state.changed(), state.releases());
            }
            StateChanges.Concerned concerned = changes.next(state);
            writer.changed(concerned.objects());
            replicas.changed(concerned.versions());
            finalizers.served(concerned.objects());
        }
    }

    private @Nullable Map<ComponentVersion, DistilledState> distilled(ObjectKey key, AppDeployment spec) {
        return distillation == null ? Map.of() : distillation.states(key, spec);
    }

    private void distilled(Set<ComponentVersion> versions) {
        writer.changed(versions.stream()
                .flatMap(version -> objects.declaring(version).stream())
                .toList());
    }

    private AcrossReplicas across(VirtualEnvironmentName virtualEnvironment, ServedGeneration wanted) {
        return replicas.of(virtualEnvironment, wanted);
    }

    /** A new holder does not know at first what the others serve. */
    private boolean mayWrite() {
        return lease.decides() && pods.isListed() && replicas.isComplete();
    }

    /** Returns who must hear of every custom resource. */
    List<ResourceListener> resourceListeners() {
        List<ResourceListener> listeners = new ArrayList<>(List.of(objects, writer, finalizers, services));
        if (distillation != null) {
            listeners.add(distillation);
        }
        return listeners;
    }

    private void delivered(Set<ObjectKey> virtualEnvironments) {
        replicas.changed(virtualEnvironments.stream()
                .map(ObjectKey::virtualEnvironmentName)
                .collect(Collectors.toSet()));
    }

    private void changed(Collection<VirtualEnvironmentName> virtualEnvironments) {
        writer.changed(virtualEnvironments.stream()
                .map(facts::key)
                .filter(Objects::nonNull)
                .toList());
    }

    void decidingChanged() {
        replicas.holderChanged();
        finalizers.decidingChanged();
        services.decidingChanged();
        if (distillation != null) {
            distillation.decidingChanged();
        }
    }

    @Override
    public Uses uses() {
        return this::used;
    }

    private void used(VirtualEnvironmentName virtualEnvironment, Instant at) {
        replicas.used(virtualEnvironment, at);
        changed(List.of(virtualEnvironment));
    }

    /** All replicas have the same port. A replica that cannot be reached itself reaches no other one. */
    private Set<HostAndPort> addresses() {
        String own = lease.self().address();
        if (own == null) {
            return Set.of();
        }
        int port = HostAndPort.fromString(own).getPort();
        return pods.addresses(lease.self().name()).stream()
                .map(address -> HostAndPort.fromParts(address, port))
                .collect(Collectors.toSet());
    }

    @Override
    public Peers peers() {
        return new Peers(List.of(replicas.service()), lines, connectionAge);
    }

    @Override
    public void start() {
        pods.start();
        replicas.start();
        writer.start();
        finalizers.start();
        services.start();
        if (distillation != null) {
            distillation.start();
        }
    }

    @Override
    public void close() {
        if (distillation != null) {
            distillation.close();
        }
        services.close();
        finalizers.close();
        writer.close();
        replicas.close();
        lines.takeNoMore();
        proxies.close();
        pods.close();
    }

    /** The holder, as the Lease names it. */
    private record LeaseHolder(HolderLease lease) implements Holder {
        @Override
        public boolean isThisReplica() {
            return lease.decides();
        }

        @Override
        public @Nullable HostAndPort address() {
            Replica holder = lease.holder();
            return holder == null
                            || holder.address() == null
                            || holder.name().equals(lease.self().name())
                    ? null
                    : HostAndPort.fromString(holder.address());
        }
    }
}
