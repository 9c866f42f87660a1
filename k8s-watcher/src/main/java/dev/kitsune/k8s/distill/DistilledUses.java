package dev.kitsune.k8s.distill;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which component versions need pods, and from which template, by what is served. Not thread-safe. */
final class DistilledUses {
    private final VersionsInUse inUse = new VersionsInUse();

    /** As they were read last. A release that waits may name one that nothing serves yet. */
    private final Map<ObjectKey, AppDeployment> deployments = new HashMap<>();

    private final Set<VirtualEnvironmentName> waiting = new HashSet<>();
    private @Nullable Snapshot snapshot;
    private Map<VirtualEnvironmentName, ReleaseStatus> releases = Map.of();
    private boolean news;

    /** Returns the versions of which something else is true now. */
    Set<ComponentVersion> served(
            Snapshot now, Set<VirtualEnvironmentName> changed, Map<VirtualEnvironmentName, ReleaseStatus> statuses) {
        Snapshot before = snapshot == null ? Snapshot.EMPTY : snapshot;
        Set<VirtualEnvironmentName> names = new HashSet<>(changed);
        if (snapshot == null) {
            names.addAll(now.virtualEnvironments().keySet());
        }
        names.addAll(differing(releases, statuses));
        snapshot = now;
        releases = statuses;
        Set<ComponentVersion> affected =
                differing(before.versions().templates(), now.versions().templates());
        names.forEach(name -> affected.addAll(use(name)));
        return affected;
    }

    void put(ObjectKey key, AppDeployment deployment) {
        news |= !deployment.equals(deployments.put(key, deployment));
    }

    void remove(ObjectKey key) {
        news |= deployments.remove(key) != null;
    }

    /** Returns the same for what {@link #put} and {@link #remove} were told. */
    Set<ComponentVersion> delivered() {
        Set<ComponentVersion> affected = new HashSet<>();
        if (news) {
            news = false;
            Set.copyOf(waiting).forEach(name -> affected.addAll(use(name)));
        }
        return affected;
    }

    private Set<ComponentVersion> use(VirtualEnvironmentName name) {
        ResolvedVirtualEnvironment resolved =
                snapshot == null ? null : snapshot.virtualEnvironments().get(name);
        ReleaseStatus status = releases.get(name);
        ReleaseEntry waits = status == null ? null : status.pending();
        if (waits == null || resolved == null) {
            waiting.remove(name);
            return inUse.put(name, resolved, Set.of());
        }
        waiting.add(name);
        return inUse.put(name, resolved, versions(resolved.key().namespace(), waits));
    }

    private Set<ComponentVersion> versions(String namespace, ReleaseEntry release) {
        Set<ComponentVersion> versions = new HashSet<>();
        release.wanted().apps().forEach((app, released) -> {
            ObjectKey key = new ObjectKey(Kind.AppDeployment, namespace, released.appDeployment());
            AppDeployment spec = release.frozen() == null
                    ? deployments.get(key)
                    : release.frozen().appDeployments().get(key);
            if (spec != null) {
                spec.components()
                        .forEach((name, component) ->
                                versions.add(new ComponentVersion(spec.app(), name, component.version())));
            }
        });
        return versions;
    }

    private static <V> Set<V> differing(Map<V, ?> before, Map<V, ?> now) {
        Set<V> keys = new HashSet<>();
        if (before != now) {
            keys.addAll(before.keySet());
            keys.addAll(now.keySet());
            keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
        }
        return keys;
    }

    /** Whether anything is served. */
    boolean isKnown() {
        return snapshot != null;
    }

    /** Returns the versions that have a template. */
    Set<ComponentVersion> versions() {
        return snapshot == null
                ? new HashSet<>()
                : new HashSet<>(snapshot.versions().templates().keySet());
    }

    /** Returns those whose app is at home in a namespace. */
    Set<ComponentVersion> versionsOf(String namespace) {
        Set<ComponentVersion> versions = versions();
        versions.removeIf(version -> !namespace.equals(home(version)));
        return versions;
    }

    /** Returns null for none. */
    @Nullable
    PodTemplate template(ComponentVersion version) {
        return snapshot == null ? null : snapshot.versions().templates().get(version);
    }

    /** Returns the namespace in which a version runs; null if nothing declares it. */
    @Nullable
    String home(ComponentVersion version) {
        Declaration declaration =
                snapshot == null ? null : snapshot.declarations().get(version);
        return declaration == null ? null : declaration.namespace();
    }

    /** Whether somebody uses the pods of a version that are in a namespace. */
    boolean areUsed(DistillKey key) {
        String home = home(key.version());
        return inUse.isUsed(key.version()) && (home == null || home.equals(key.namespace()));
    }
}
