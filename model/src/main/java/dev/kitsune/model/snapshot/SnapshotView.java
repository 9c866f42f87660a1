package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What translation may read. A recording view beside {@link Snapshot} learns what each resource depends on. */
public interface SnapshotView {
    Platform platform();

    /** A virtual environment by name; null where there is none. */
    @Nullable
    ResolvedEnvironment environment(String name);

    /** The nearest ancestor that has not expired; null for none. */
    default @Nullable ResolvedEnvironment above(ResolvedEnvironment environment) {
        ResolvedEnvironment above = environment;
        do {
            above = above.parent() == null ? null : environment(above.parent());
        } while (above != null && above.expired() != null);
        return above;
    }

    /** What a component version declares; null where nobody names that version. */
    @Nullable
    Declaration declaration(ComponentVersion version);

    /** What the apps of a component version understand. */
    AppProtocol appProtocol(ComponentVersion version);

    /** Where a component version runs, ordered by name; empty for none. */
    Collection<ResolvedWorkload> workloads(ComponentVersion version);

    /** A Secret's values; null where it is missing. */
    @Nullable
    Secret secret(SecretId id);

    /** Who may select the virtual environments of an environment; null for everyone. */
    @Nullable
    ResolvedSelection selection(String kindOfEnvironment);

    /** All of these that are not everyone, by kind, sorted. */
    SortedMap<String, ResolvedSelection> selections();

    /** What each virtual environment runs for a component, by its name; those without such a component are left out. */
    SortedMap<String, Choice> choices(ComponentName component);

    /** The app deployments of an app, newest first. */
    List<SelectableDeployment> deployments(String app);

    /** What the rules of those take from environments. */
    RuleInputs ruleInputs(String app);

    /** Whether an environment serves what is released and nothing else. */
    boolean isStable(String kindOfEnvironment);

    /**
     * The names of the virtual environments with a release of their own, sorted, each with those of its routes by which
     * another one answers already.
     */
    SortedMap<String, Set<ResolvedRoute>> released();
}
