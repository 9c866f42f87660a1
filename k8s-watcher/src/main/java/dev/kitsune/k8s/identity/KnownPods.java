package dev.kitsune.k8s.identity;

import dev.kitsune.k8s.read.PodIdentity;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pods of the cluster, as the watch of this process has seen them last. A pod that is about to end is known until it
 * is deleted, because its sidecar still has to answer.
 */
public final class KnownPods implements ResourceListener {
    private final PodNews news;
    private final Map<ObjectKey, PodIdentity> pods = new ConcurrentHashMap<>();

    private final Set<String> enabled = ConcurrentHashMap.newKeySet();
    private final Set<String> ending = ConcurrentHashMap.newKeySet();

    /** No pod is known yet. */
    public KnownPods(PodNews news) {
        this.news = news;
    }

    /** Returns null for a pod that has gone, or that is not known yet. */
    public @Nullable PodIdentity find(String namespace, String name) {
        return pods.get(new ObjectKey(Kind.Workload, namespace, name));
    }

    /** Returns the namespaces in which pods have sidecars, or will have some, without those that are being deleted. */
    public Set<String> namespaces() {
        Set<String> found = new TreeSet<>(enabled);
        for (PodIdentity pod : pods.values()) {
            if (pod.workload() != null) {
                found.add(pod.key().namespace());
            }
        }
        found.removeAll(ending);
        return found;
    }

    @Override
    public void pod(PodIdentity pod) {
        if (!pod.equals(pods.put(pod.key(), pod))) {
            news.changed(pod.key());
        }
    }

    @Override
    public void podRemoved(ObjectKey key) {
        if (pods.remove(key) != null) {
            news.changed(key);
        }
    }

    @Override
    public void sidecars(String namespace, boolean now) {
        if (now) {
            enabled.add(namespace);
        } else {
            enabled.remove(namespace);
        }
    }

    @Override
    public void namespace(String name, boolean ends) {
        if (ends) {
            ending.add(name);
        } else {
            ending.remove(name);
        }
    }

    @Override
    public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        // Custom resources say nothing about who calls.
    }

    @Override
    public void removed(ObjectKey key) {
        // As above.
    }
}
