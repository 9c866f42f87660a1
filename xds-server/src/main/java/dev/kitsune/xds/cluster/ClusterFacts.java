package dev.kitsune.xds.cluster;

import com.google.common.collect.Sets;
import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.serve.ServedObjects;
import dev.kitsune.k8s.status.EnvoyRefusal;
import dev.kitsune.k8s.status.FactSource;
import dev.kitsune.k8s.status.ObjectFacts;
import dev.kitsune.k8s.status.OverlayFacts;
import dev.kitsune.k8s.status.ProxyFacts;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.replica.AcrossReplicas;
import dev.kitsune.xds.replica.ServedGeneration;
import dev.kitsune.xds.replica.ThisReplica;
import dev.kitsune.xds.store.AtProxies;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this process knows of the objects that it serves, for their status and for the other replicas. */
final class ClusterFacts implements FactSource, ThisReplica {
    private final String name;
    private final ServedNow served;
    private final ServedObjects objects;
    private final ReplicaLookup replicas;

    /** What all replicas have of a virtual environment. */
    @FunctionalInterface
    interface ReplicaLookup {
        AcrossReplicas of(VirtualEnvironmentName virtualEnvironment, ServedGeneration wanted);
    }

    /** {@code name}: of this replica */
    ClusterFacts(String name, ServedNow served, ServedObjects objects, ReplicaLookup replicas) {
        this.name = name;
        this.served = served;
        this.objects = objects;
        this.replicas = replicas;
    }

    @Override
    public @Nullable ObjectFacts of(ObjectKey key) {
        ServedState state = served.state();
        Snapshot snapshot = state.snapshot();
        if (snapshot == null || state.failure() != null) {
            return null;
        }
        List<Problem> problems = state.problems().of(key);
        return switch (key.kind()) {
            case VirtualEnvironment -> ObjectFacts.ofVirtualEnvironment(problems, overlay(key, state, snapshot));
            case AppDeployment -> ObjectFacts.ofAppDeployment(problems, objects.deployment(key), snapshot);
            default -> ObjectFacts.of(problems);
        };
    }

    private OverlayFacts overlay(ObjectKey key, ServedState state, Snapshot snapshot) {
        VirtualEnvironmentName virtualEnvironment = key.virtualEnvironmentName();
        ServedGeneration generation = servedGeneration(key);
        return new OverlayFacts(
                snapshot.virtualEnvironment(virtualEnvironment),
                state.releases().get(virtualEnvironment),
                served.lastUsed(key),
                generation == null ? ProxyFacts.NONE : facts(replicas.of(virtualEnvironment, generation)),
                RefusedSecrets.in(state.problems().others()));
    }

    private static ProxyFacts facts(AcrossReplicas all) {
        AtProxies proxies = all.proxies();
        return new ProxyFacts(
                all.connected(),
                proxies.loaded(),
                proxies.acknowledged(),
                proxies.refused(),
                proxies.refusal() == null
                        ? null
                        : new EnvoyRefusal(
                                proxies.refusal().nodeId(), proxies.refusal().detail()),
                Set.copyOf(all.behind()),
                Set.copyOf(all.silent()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<VirtualEnvironmentName> served() {
        Snapshot snapshot = served.state().snapshot();
        return snapshot == null
                ? Set.of()
                : Sets.newHashSet(snapshot.virtualEnvironments().keySet());
    }

    @Override
    public @Nullable ServedGeneration generation(VirtualEnvironmentName virtualEnvironment) {
        ObjectKey key = key(virtualEnvironment);
        return key == null ? null : servedGeneration(key);
    }

    private @Nullable ServedGeneration servedGeneration(ObjectKey key) {
        ServedObjects.Generation generation = objects.generation(key);
        return generation == null ? null : new ServedGeneration(generation.uid(), generation.number());
    }

    /** Returns the object that is served under a name; null for none. */
    @Nullable
    ObjectKey key(VirtualEnvironmentName virtualEnvironment) {
        Snapshot snapshot = served.state().snapshot();
        ResolvedVirtualEnvironment found = snapshot == null ? null : snapshot.virtualEnvironment(virtualEnvironment);
        return found == null ? null : found.key();
    }

    @Override
    public AtProxies atProxies(VirtualEnvironmentName virtualEnvironment) {
        return served.store().atProxies(virtualEnvironment);
    }

    @Override
    public int connected() {
        return served.connected();
    }
}
