package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;

/**
 * A key of a value in a snapshot, with the way to read it. A view records the keys that were read through it. A
 * resource becomes stale only if the value of a key that was read for it changes. Each new kind of value needs a key
 * here and a method in {@link SnapshotView}.
 */
public sealed interface SnapshotKey<T> {
    /** Returns the value of this key in a snapshot; null for none. */
    @Nullable
    T in(Snapshot snapshot);

    /** Whether two snapshots have different values under this key. */
    default boolean differs(Snapshot one, Snapshot other) {
        return !Objects.equals(in(one), in(other));
    }

    /** The platform's settings. */
    record PlatformKey() implements SnapshotKey<Platform> {
        @Override
        public Platform in(Snapshot snapshot) {
            return snapshot.platform();
        }
    }

    /** A virtual environment; null if none has that name. */
    record VirtualEnvironmentKey(VirtualEnvironmentName name) implements SnapshotKey<ResolvedVirtualEnvironment> {
        @Override
        public @Nullable ResolvedVirtualEnvironment in(Snapshot snapshot) {
            return snapshot.virtualEnvironments().get(name);
        }
    }

    /** The declaration of a component version; null if no object names the version. */
    record DeclarationKey(ComponentVersion version) implements SnapshotKey<Declaration> {
        @Override
        public @Nullable Declaration in(Snapshot snapshot) {
            return snapshot.declarations().get(version);
        }
    }

    /** The protocol of the apps of a component version. */
    record AppProtocolKey(ComponentVersion version) implements SnapshotKey<AppProtocol> {
        /** All workloads of a version run the same build, so the declaration of one of them is enough. */
        @Override
        public AppProtocol in(Snapshot snapshot) {
            Declaration declaration = new DeclarationKey(version).in(snapshot);
            boolean isDeclared = declaration != null && declaration.protocol() == AppProtocol.H2C;
            return isDeclared
                            || new WorkloadsKey(version)
                                    .in(snapshot).stream().anyMatch(w -> w.protocol() == AppProtocol.H2C)
                    ? AppProtocol.H2C
                    : AppProtocol.HTTP;
        }
    }

    /** The workloads of a component version, ordered by name; empty for none. */
    record WorkloadsKey(ComponentVersion version) implements SnapshotKey<Collection<ResolvedWorkload>> {
        @Override
        public Collection<ResolvedWorkload> in(Snapshot snapshot) {
            return snapshot.workloads().getOrDefault(version, List.of());
        }
    }

    /**
     * The workloads with a name of a component version; empty for none. A sidecar reads only its own, so that a workload
     * that comes or goes concerns no other sidecar.
     */
    record NamedWorkloadsKey(ComponentVersion version, String name)
            implements SnapshotKey<Collection<ResolvedWorkload>> {
        @Override
        public Collection<ResolvedWorkload> in(Snapshot snapshot) {
            return new WorkloadsKey(version)
                    .in(snapshot).stream()
                            .filter(one -> one.name().equals(name))
                            .toList();
        }
    }

    /** The Service with a name; null if there is none. */
    record ServiceKey(String namespace, String name) implements SnapshotKey<Service> {
        @Override
        public @Nullable Service in(Snapshot snapshot) {
            return snapshot.services().get(new ObjectKey(Kind.Service, namespace, name));
        }
    }

    /** A Secret's values; null if it is missing. */
    record SecretKey(SecretId secret) implements SnapshotKey<Secret> {
        @Override
        public @Nullable Secret in(Snapshot snapshot) {
            return snapshot.secrets().get(secret);
        }
    }

    /** The selection policy of an environment; null for everyone. */
    record SelectionKey(String environment) implements SnapshotKey<ResolvedSelection> {
        @Override
        public @Nullable ResolvedSelection in(Snapshot snapshot) {
            return snapshot.policies().selections().get(environment);
        }
    }

    /** All selection policies except those that allow everyone, sorted by environment. */
    record SelectionsKey() implements SnapshotKey<SortedMap<String, ResolvedSelection>> {
        @Override
        public SortedMap<String, ResolvedSelection> in(Snapshot snapshot) {
            return snapshot.policies().selections();
        }
    }

    /**
     * The choice of a version for a component, by virtual environment. Virtual environments without the component are
     * left out.
     */
    record ChoicesKey(ComponentName component) implements SnapshotKey<SortedMap<VirtualEnvironmentName, Choice>> {
        /** They are computed at each read, because storing them would duplicate those of the virtual environments. */
        @Override
        public SortedMap<VirtualEnvironmentName, Choice> in(Snapshot snapshot) {
            SortedMap<VirtualEnvironmentName, Choice> choices = new TreeMap<>();
            snapshot.virtualEnvironments().forEach((name, virtualEnvironment) -> {
                Choice choice = Choice.of(virtualEnvironment, component);
                if (choice != null) {
                    choices.put(name, choice);
                }
            });
            return choices;
        }
    }

    /** The virtual environments that choose a component version themselves, by override or by release; empty for none. */
    record ChosenAtKey(ComponentVersion version) implements SnapshotKey<Set<VirtualEnvironmentName>> {
        @Override
        public Set<VirtualEnvironmentName> in(Snapshot snapshot) {
            Set<VirtualEnvironmentName> chosenAt =
                    snapshot.versions().chosenAt().get(version);
            return chosenAt == null ? Set.of() : chosenAt;
        }
    }

    /** The app deployments of an app, newest first. */
    record DeploymentsKey(String app) implements SnapshotKey<List<SelectableDeployment>> {
        @Override
        public List<SelectableDeployment> in(Snapshot snapshot) {
            return snapshot.appDeployments()
                    .getOrDefault(app, AppDeployments.NONE)
                    .newestFirst();
        }
    }

    /** The values that the rules of an app's deployments read from virtual environments. */
    record RuleInputsKey(String app) implements SnapshotKey<RuleInputs> {
        @Override
        public RuleInputs in(Snapshot snapshot) {
            return snapshot.appDeployments()
                    .getOrDefault(app, AppDeployments.NONE)
                    .ruleInputs();
        }
    }

    /** Whether an environment serves only its releases. */
    record StableKey(String environment) implements SnapshotKey<Boolean> {
        @Override
        public Boolean in(Snapshot snapshot) {
            return snapshot.stable().contains(environment);
        }
    }

    /** How far proxies use TLS among each other. */
    record MeshKey() implements SnapshotKey<MeshStage> {
        @Override
        public MeshStage in(Snapshot snapshot) {
            return snapshot.policies().mesh();
        }
    }

    /** The proxies that may call a component. Their versions make no difference. */
    record CallersKey(ComponentName component) implements SnapshotKey<Set<PeerIdentity>> {
        @Override
        public Set<PeerIdentity> in(Snapshot snapshot) {
            Callers callers = snapshot.versions().callers();
            Set<PeerIdentity> allowed = new HashSet<>();
            callers.declaring()
                    .getOrDefault(component, HashTreePSet.empty())
                    .forEach(version -> allowed.add(new PeerIdentity(version.name())));
            boolean routed = callers.routing().containsKey(component)
                    || new RuleInputsKey(component.app())
                            .in(snapshot)
                            .components()
                            .contains(component);
            if (routed) {
                allowed.add(PeerIdentity.GATEWAY);
            }
            return Set.copyOf(allowed);
        }
    }

    /** The virtual environments with a release of their own. */
    record ReleasedKey() implements SnapshotKey<SortedMap<VirtualEnvironmentName, Set<ResolvedRoute>>> {
        @Override
        public SortedMap<VirtualEnvironmentName, Set<ResolvedRoute>> in(Snapshot snapshot) {
            return snapshot.released();
        }
    }
}
