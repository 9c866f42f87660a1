package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.snapshot.SnapshotKey.AppProtocolKey;
import dev.kitsune.model.snapshot.SnapshotKey.ChoicesKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeclarationKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeploymentsKey;
import dev.kitsune.model.snapshot.SnapshotKey.PlatformKey;
import dev.kitsune.model.snapshot.SnapshotKey.ReleasedKey;
import dev.kitsune.model.snapshot.SnapshotKey.RuleInputsKey;
import dev.kitsune.model.snapshot.SnapshotKey.SecretKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionsKey;
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
 * What translation may read: whatever has a {@link SnapshotKey}, each by a name of its own. A recording view beside
 * {@link Snapshot} learns what each resource depends on.
 */
public interface SnapshotView {
    /** The one way in which anything is read. */
    <T> @Nullable T read(SnapshotKey<T> key);

    default Platform platform() {
        return present(new PlatformKey());
    }

    /** A virtual environment by name; null where there is none. */
    default @Nullable ResolvedVirtualEnvironment virtualEnvironment(String name) {
        return read(new VirtualEnvironmentKey(name));
    }

    /** The nearest ancestor that has not expired; null for none. */
    default @Nullable ResolvedVirtualEnvironment above(ResolvedVirtualEnvironment virtualEnvironment) {
        ResolvedVirtualEnvironment above = virtualEnvironment;
        do {
            above = above.parent() == null ? null : virtualEnvironment(above.parent());
        } while (above != null && above.expired() != null);
        return above;
    }

    /** What a component version declares; null where nobody names that version. */
    default @Nullable Declaration declaration(ComponentVersion version) {
        return read(new DeclarationKey(version));
    }

    /** What the apps of a component version understand. */
    default AppProtocol appProtocol(ComponentVersion version) {
        return present(new AppProtocolKey(version));
    }

    /** Where a component version runs, ordered by name; empty for none. */
    default Collection<ResolvedWorkload> workloads(ComponentVersion version) {
        return present(new WorkloadsKey(version));
    }

    /** A Secret's values; null where it is missing. */
    default @Nullable Secret secret(SecretId id) {
        return read(new SecretKey(id));
    }

    /** Who may select the virtual environments of an environment; null for everyone. */
    default @Nullable ResolvedSelection selection(String environment) {
        return read(new SelectionKey(environment));
    }

    /** All of these that are not everyone, by environment, sorted. */
    default SortedMap<String, ResolvedSelection> selections() {
        return present(new SelectionsKey());
    }

    /** What each virtual environment runs for a component, by its name; those without such a component are left out. */
    default SortedMap<String, Choice> choices(ComponentName component) {
        return present(new ChoicesKey(component));
    }

    /** The app deployments of an app, newest first. */
    default List<SelectableDeployment> deployments(String app) {
        return present(new DeploymentsKey(app));
    }

    /** What the rules of those take from virtual environments. */
    default RuleInputs ruleInputs(String app) {
        return present(new RuleInputsKey(app));
    }

    /** Whether an environment serves what is released and nothing else. */
    default boolean isStable(String environment) {
        return present(new StableKey(environment));
    }

    /**
     * The names of the virtual environments with a release of their own, sorted, each with those of its routes by which
     * another one answers already.
     */
    default SortedMap<String, Set<ResolvedRoute>> released() {
        return present(new ReleasedKey());
    }

    /** Under these keys every snapshot has something. */
    private <T> T present(SnapshotKey<T> key) {
        return Objects.requireNonNull(read(key), "every snapshot has it");
    }
}
