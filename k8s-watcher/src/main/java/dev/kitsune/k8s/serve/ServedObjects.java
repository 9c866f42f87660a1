package dev.kitsune.k8s.serve;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which generation of each virtual environment's object is served, which ones name a virtual environment as parent, and
 * which app deployments declare a component version.
 * A generation counts when everything that was told before is delivered, because the pipeline has processed it then.
 */
public final class ServedObjects implements ResourceListener {
    private final DeliveredListener listener;

    /** Guarded by this, like all fields below. An empty one is deleted. */
    private final Map<ObjectKey, Optional<Generation>> undelivered = new HashMap<>();

    private final Map<ObjectKey, Generation> generations = new HashMap<>();
    private final Map<ObjectKey, AppDeployment> deployments = new HashMap<>();
    private final Map<ComponentVersion, Set<ObjectKey>> declaring = new HashMap<>();
    private final Map<ObjectKey, VirtualEnvironmentName> parents = new HashMap<>();
    private final Map<VirtualEnvironmentName, Set<ObjectKey>> children = new HashMap<>();

    /**
     * The version of an object that is served.
     *
     * @param uid tells an object from an earlier one of the same name
     */
    public record Generation(String uid, long number) {}

    /** Hears of virtual environments of which another generation is served. */
    @FunctionalInterface
    public interface DeliveredListener {
        /** Is called by the thread that delivers. */
        void delivered(Set<ObjectKey> virtualEnvironments);
    }

    /** Nothing is served yet. */
    public ServedObjects(DeliveredListener listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        if (key.kind() == Kind.VirtualEnvironment) {
            Generation now = new Generation(
                    resource.getMetadata().getUid(), resource.getMetadata().getGeneration());
            if (!now.equals(generations.get(key))) {
                undelivered.put(key, Optional.of(now));
            }
            if (manifest != null && manifest.spec() instanceof VirtualEnvironment spec) {
                parent(key, spec.base().parent());
            }
        } else if (manifest != null && manifest.spec() instanceof AppDeployment deployment) {
            forget(key);
            deployments.put(key, deployment);
            versions(deployment).forEach(version -> declaring
                    .computeIfAbsent(version, of -> new HashSet<>())
                    .add(key));
        }
    }

    @Override
    public synchronized void removed(ObjectKey key) {
        if (generations.containsKey(key) || undelivered.containsKey(key)) {
            undelivered.put(key, Optional.empty());
        }
        parent(key, null);
        forget(key);
    }

    private void parent(ObjectKey child, @Nullable VirtualEnvironmentName now) {
        VirtualEnvironmentName before = now == null ? parents.remove(child) : parents.put(child, now);
        if (Objects.equals(before, now)) {
            return;
        }
        if (before != null) {
            remove(children, before, child);
        }
        if (now != null) {
            children.computeIfAbsent(now, name -> new HashSet<>()).add(child);
        }
    }

    private static <K> void remove(Map<K, Set<ObjectKey>> from, K key, ObjectKey one) {
        from.computeIfPresent(key, (k, keys) -> {
            keys.remove(one);
            return keys.isEmpty() ? null : keys;
        });
    }

    private void forget(ObjectKey key) {
        AppDeployment before = deployments.remove(key);
        if (before != null) {
            versions(before).forEach(version -> remove(declaring, version, key));
        }
    }

    private static Set<ComponentVersion> versions(AppDeployment deployment) {
        Set<ComponentVersion> versions = new HashSet<>();
        deployment
                .components()
                .forEach((name, component) ->
                        versions.add(new ComponentVersion(deployment.app(), name, component.version())));
        return versions;
    }

    @Override
    public void delivered() {
        Set<ObjectKey> changed;
        synchronized (this) {
            undelivered.forEach(
                    (key, now) -> now.ifPresentOrElse(one -> generations.put(key, one), () -> generations.remove(key)));
            changed = Set.copyOf(undelivered.keySet());
            undelivered.clear();
        }
        if (!changed.isEmpty()) {
            listener.delivered(changed);
        }
    }

    /** Returns null if none is served. */
    public synchronized @Nullable Generation generation(ObjectKey virtualEnvironment) {
        return generations.get(virtualEnvironment);
    }

    /** Returns those of which a generation is served. */
    public synchronized Set<ObjectKey> virtualEnvironments() {
        return Set.copyOf(generations.keySet());
    }

    /** Returns the virtual environments below one, as they were read last. */
    public synchronized Set<ObjectKey> descendants(VirtualEnvironmentName of) {
        Set<ObjectKey> found = new HashSet<>();
        Deque<VirtualEnvironmentName> names = new ArrayDeque<>(List.of(of));
        while (!names.isEmpty()) {
            for (ObjectKey child : children.getOrDefault(names.remove(), Set.of())) {
                if (found.add(child)) {
                    names.add(child.virtualEnvironmentName());
                }
            }
        }
        return found;
    }

    /** Returns null for one that was never readable. */
    public synchronized @Nullable AppDeployment deployment(ObjectKey key) {
        return deployments.get(key);
    }

    /** Returns the app deployments that declare a component version. */
    public synchronized Set<ObjectKey> declaring(ComponentVersion version) {
        return Set.copyOf(declaring.getOrDefault(version, Set.of()));
    }
}
