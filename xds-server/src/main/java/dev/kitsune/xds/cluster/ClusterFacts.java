package dev.kitsune.xds.cluster;

import com.google.common.collect.Sets;
import dev.kitsune.k8s.distill.DistilledState;
import dev.kitsune.k8s.inuse.InUseFinalizers;
import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.serve.ServedObjects;
import dev.kitsune.k8s.status.EnvoyRefusal;
import dev.kitsune.k8s.status.FactSource;
import dev.kitsune.k8s.status.InheritedRelease;
import dev.kitsune.k8s.status.ObjectFacts;
import dev.kitsune.k8s.status.OverlayFacts;
import dev.kitsune.k8s.status.ProxyFacts;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.replica.AcrossReplicas;
import dev.kitsune.xds.replica.ServedGeneration;
import dev.kitsune.xds.replica.ThisReplica;
import dev.kitsune.xds.store.AtProxies;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this process knows of the objects that it serves, for their status and for the other replicas. */
final class ClusterFacts implements FactSource, ThisReplica, InUseFinalizers.ServedOwners {
    private final String name;
    private final ServedNow served;
    private final ServedObjects objects;
    private final ReplicaLookup replicas;
    private final DistilledLookup distilled;

    /** What all replicas have of a virtual environment. */
    @FunctionalInterface
    interface ReplicaLookup {
        AcrossReplicas of(VirtualEnvironmentName virtualEnvironment, ServedGeneration wanted);
    }

    /** What became of the pods that Kitsune makes for an app deployment. */
    @FunctionalInterface
    interface DistilledLookup {
        /** Returns null if that is not known yet. */
        @Nullable
        Map<ComponentVersion, DistilledState> of(ObjectKey key, AppDeployment spec);
    }

    /** {@code name}: of this replica */
    ClusterFacts(
            String name, ServedNow served, ServedObjects objects, ReplicaLookup replicas, DistilledLookup distilled) {
        this.name = name;
        this.served = served;
        this.objects = objects;
        this.replicas = replicas;
        this.distilled = distilled;
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
            case AppDeployment -> appDeployment(key, problems, snapshot);
            default -> ObjectFacts.of(problems);
        };
    }

    private @Nullable ObjectFacts appDeployment(ObjectKey key, List<Problem> problems, Snapshot snapshot) {
        AppDeployment spec = objects.deployment(key);
        Map<ComponentVersion, DistilledState> states = spec == null ? Map.of() : distilled.of(key, spec);
        return states == null ? null : ObjectFacts.ofAppDeployment(problems, spec, snapshot, states);
    }

    private OverlayFacts overlay(ObjectKey key, ServedState state, Snapshot snapshot) {
        VirtualEnvironmentName virtualEnvironment = key.virtualEnvironmentName();
        ServedObjects.Generation generation = objects.generation(key);
        ResolvedVirtualEnvironment resolved = snapshot.virtualEnvironment(virtualEnvironment);
        return new OverlayFacts(
                resolved,
                state.releases().get(virtualEnvironment),
                resolved == null ? null : InheritedRelease.missing(resolved, snapshot, state.releases()),
                served.lastUsed(key),
                generation == null
                        ? ProxyFacts.NONE
                        : facts(replicas.of(virtualEnvironment, version(generation, key, state))),
                RefusedSecrets.in(state.problems().others()));
    }

    private static ProxyFacts facts(AcrossReplicas all) {
        AtProxies proxies = all.proxies();
        return new ProxyFacts(
                all.connected(),
                proxies.loaded(),
                proxies.acknowledged(),
                proxies.refused(),
                refusal(proxies),
                Set.copyOf(all.behind()),
                Set.copyOf(all.silent()));
    }

    /** What Kitsune itself does not publish comes first: what proxies have of it is an earlier version. */
    private static @Nullable EnvoyRefusal refusal(AtProxies proxies) {
        if (proxies.heldBack() != null) {
            return new EnvoyRefusal(null, proxies.heldBack().sentence());
        }
        return proxies.refusal() == null
                ? null
                : new EnvoyRefusal(proxies.refusal().nodeId(), proxies.refusal().detail());
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
        ServedObjects.Generation generation = key == null ? null : objects.generation(key);
        ServedState state = served.state(); // Not an earlier one than that of the generation.
        // A generation of which the pass has failed is not served.
        return key == null || generation == null || state.failure() != null ? null : version(generation, key, state);
    }

    private static ServedGeneration version(ServedObjects.Generation generation, ObjectKey key, ServedState state) {
        ReleaseStatus release = state.releases().get(key.virtualEnvironmentName());
        return new ServedGeneration(
                generation.uid(),
                generation.number(),
                release == null || release.active() == null
                        ? 0
                        : release.active().id());
    }

    @Override
    public @Nullable ObjectKey owner(VirtualEnvironmentName name) {
        return key(name);
    }

    @Override
    public @Nullable ReleaseEntry active(VirtualEnvironmentName name) {
        ReleaseStatus status = served.state().releases().get(name);
        return status == null ? null : status.active();
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
