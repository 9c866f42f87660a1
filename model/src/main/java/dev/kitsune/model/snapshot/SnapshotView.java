package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotKey.AppProtocolKey;
import dev.kitsune.model.snapshot.SnapshotKey.CallersKey;
import dev.kitsune.model.snapshot.SnapshotKey.ChoicesKey;
import dev.kitsune.model.snapshot.SnapshotKey.ChosenAtKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeclarationKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeploymentsKey;
import dev.kitsune.model.snapshot.SnapshotKey.MeshKey;
import dev.kitsune.model.snapshot.SnapshotKey.NamedWorkloadsKey;
import dev.kitsune.model.snapshot.SnapshotKey.PlatformKey;
import dev.kitsune.model.snapshot.SnapshotKey.ReleasedKey;
import dev.kitsune.model.snapshot.SnapshotKey.RuleInputsKey;
import dev.kitsune.model.snapshot.SnapshotKey.SecretKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionsKey;
import dev.kitsune.model.snapshot.SnapshotKey.ServiceKey;
import dev.kitsune.model.snapshot.SnapshotKey.StableKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import dev.kitsune.model.snapshot.SnapshotKey.WorkloadsKey;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The values that translation may read. Each {@link SnapshotKey} has a method here. A recording view of a
 * {@link Snapshot} records the dependencies of each resource.
 */
public interface SnapshotView {
    /** Reads a value. All other methods use this one. */
    <T> @Nullable T read(SnapshotKey<T> key);

    default Platform platform() {
        return present(new PlatformKey());
    }

    /** Returns a virtual environment by name; null for none. */
    default @Nullable ResolvedVirtualEnvironment virtualEnvironment(VirtualEnvironmentName name) {
        return read(new VirtualEnvironmentKey(name));
    }

    /** Returns the nearest ancestor that has not expired; null for none. */
    default @Nullable ResolvedVirtualEnvironment above(ResolvedVirtualEnvironment virtualEnvironment) {
        ResolvedVirtualEnvironment above = virtualEnvironment;
        do {
            above = above.parent() == null ? null : virtualEnvironment(above.parent());
        } while (above != null && above.expired() != null);
        return above;
    }

    /** Returns the declaration of a component version; null if no object names the version. */
    default @Nullable Declaration declaration(ComponentVersion version) {
        return read(new DeclarationKey(version));
    }

    /** Returns the protocol of the apps of a component version. */
    default AppProtocol appProtocol(ComponentVersion version) {
        return present(new AppProtocolKey(version));
    }

    /** Returns the workloads of a component version, ordered by name; empty for none. */
    default Collection<ResolvedWorkload> workloads(ComponentVersion version) {
        return present(new WorkloadsKey(version));
    }

    /** Returns the workloads with a name of a component version; several only in different namespaces. */
    default Collection<ResolvedWorkload> workloads(ComponentVersion version, String name) {
        return present(new NamedWorkloadsKey(version, name));
    }

    /** Returns the Service with a name; null if there is none. */
    default @Nullable Service service(String namespace, String name) {
        return read(new ServiceKey(namespace, name));
    }

    /** Returns a Secret's values; null if it is missing. */
    default @Nullable Secret secret(SecretId id) {
        return read(new SecretKey(id));
    }

    /** Returns the selection policy of an environment; null for everyone. */
    default @Nullable ResolvedSelection selection(String environment) {
        return read(new SelectionKey(environment));
    }

    /** Returns all selection policies except those that allow everyone, sorted by environment. */
    default SortedMap<String, ResolvedSelection> selections() {
        return present(new SelectionsKey());
    }

    /**
     * Returns the choice of a version for a component, by virtual environment. Virtual environments without the
     * component are left out.
     */
    default SortedMap<VirtualEnvironmentName, Choice> choices(ComponentName component) {
        return present(new ChoicesKey(component));
    }

    /**
     * Returns the virtual environments that choose a component version themselves, by override or by release, sorted.
     * Their descendants run it too, unless they choose another.
     */
    default Set<VirtualEnvironmentName> chosenAt(ComponentVersion version) {
        return present(new ChosenAtKey(version));
    }

    /** Returns the app deployments of an app, newest first. */
    default List<SelectableDeployment> deployments(String app) {
        return present(new DeploymentsKey(app));
    }

    /** Returns the values that the rules of these app deployments read from virtual environments. */
    default RuleInputs ruleInputs(String app) {
        return present(new RuleInputsKey(app));
    }

    /** Returns how far proxies use TLS among each other. */
    default MeshStage mesh() {
        return present(new MeshKey());
    }

    /** Returns the proxies that may call a component, in no order. */
    default Set<PeerIdentity> callers(ComponentName component) {
        return present(new CallersKey(component));
    }

    /** Whether an environment serves only its releases. */
    default boolean isStable(String environment) {
        return present(new StableKey(environment));
    }

    /**
     * Returns the names of the virtual environments with a release of their own, sorted, each with those of its routes
     * whose rules belong to another one.
     */
    default SortedMap<VirtualEnvironmentName, Set<ResolvedRoute>> released() {
        return present(new ReleasedKey());
    }

    /** Every snapshot has a value for these keys. */
    private <T> T present(SnapshotKey<T> key) {
        return Objects.requireNonNull(read(key), "every snapshot has it");
    }
}
