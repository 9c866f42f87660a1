package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be read from a snapshot, and how it is read. A view notes the keys that were read through it, so
 * what was read while a resource was made is exactly what can make it stale. Something new to read is one more key
 * here, and one method of {@link SnapshotView} that names it.
 */
public sealed interface SnapshotKey<T> {
    /** What a snapshot has under this key; null where it has nothing. */
    @Nullable
    T in(Snapshot snapshot);

    /** Whether one of two snapshots has something else under this key than the other one. */
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

    /** A virtual environment; null where there is none of that name. */
    record VirtualEnvironmentKey(String name) implements SnapshotKey<ResolvedVirtualEnvironment> {
        @Override
        public @Nullable ResolvedVirtualEnvironment in(Snapshot snapshot) {
            return snapshot.virtualEnvironments().get(name);
        }
    }

    /** What a component version declares; null where nobody names that version. */
    record DeclarationKey(ComponentVersion version) implements SnapshotKey<Declaration> {
        @Override
        public @Nullable Declaration in(Snapshot snapshot) {
            return snapshot.declarations().get(version);
        }
    }

    /** What the apps of a component version understand. */
    record AppProtocolKey(ComponentVersion version) implements SnapshotKey<AppProtocol> {
        /** All of a version's workloads run the same build, so it is enough that one of them says so. */
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

    /** Where a component version runs, ordered by name; empty for none. */
    record WorkloadsKey(ComponentVersion version) implements SnapshotKey<Collection<ResolvedWorkload>> {
        @Override
        public Collection<ResolvedWorkload> in(Snapshot snapshot) {
            return snapshot.workloads().getOrDefault(version, List.of());
        }
    }

    /** A Secret's values; null where it is missing. */
    record SecretKey(SecretId secret) implements SnapshotKey<Secret> {
        @Override
        public @Nullable Secret in(Snapshot snapshot) {
            return snapshot.secrets().get(secret);
        }
    }

    /** Who may select the virtual environments of an environment; null for everyone. */
    record SelectionKey(String environment) implements SnapshotKey<ResolvedSelection> {
        @Override
        public @Nullable ResolvedSelection in(Snapshot snapshot) {
            return snapshot.policies().selections().get(environment);
        }
    }

    /** Who may select, for every virtual environment that not everyone may select, sorted. */
    record SelectionsKey() implements SnapshotKey<SortedMap<String, ResolvedSelection>> {
        @Override
        public SortedMap<String, ResolvedSelection> in(Snapshot snapshot) {
            return snapshot.policies().selections();
        }
    }

    /** What each virtual environment runs for a component, by its name; those without such a component are left out. */
    record ChoicesKey(ComponentName component) implements SnapshotKey<SortedMap<String, Choice>> {
        /**
         * Computed at each read, because keeping it would be a second copy of all that the virtual environments choose.
         */
        @Override
        public SortedMap<String, Choice> in(Snapshot snapshot) {
            SortedMap<String, Choice> choices = new TreeMap<>();
            snapshot.virtualEnvironments().forEach((name, environment) -> {
                Choice choice = Choice.of(environment, component);
                if (choice != null) {
                    choices.put(name, choice);
                }
            });
            return choices;
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

    /** What the rules of an app's deployments take from virtual environments. */
    record RuleInputsKey(String app) implements SnapshotKey<RuleInputs> {
        @Override
        public RuleInputs in(Snapshot snapshot) {
            return snapshot.appDeployments()
                    .getOrDefault(app, AppDeployments.NONE)
                    .ruleInputs();
        }
    }

    /** Whether an environment serves what is released and nothing else. */
    record StableKey(String environment) implements SnapshotKey<Boolean> {
        @Override
        public Boolean in(Snapshot snapshot) {
            return snapshot.stable().contains(environment);
        }
    }

    /** The virtual environments with a release of their own. */
    record ReleasedKey() implements SnapshotKey<SortedMap<String, Set<ResolvedRoute>>> {
        @Override
        public SortedMap<String, Set<ResolvedRoute>> in(Snapshot snapshot) {
            return snapshot.released();
        }
    }
}
