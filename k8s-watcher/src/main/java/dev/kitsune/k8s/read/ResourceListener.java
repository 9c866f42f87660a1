package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every custom resource and of every pod, also when only its status or its annotations have changed, and before the change that
 * contains it is delivered. It is called by the thread that delivers, so it must not wait for anything.
 */
public interface ResourceListener {
    ResourceListener NONE = all(List.of());

    /**
     * A resource was added or changed, and it or its last good version can be read.
     *
     * @param manifest what it is read as; null if it cannot be read, so that its last good version stands in for it
     */
    void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest);

    /** A resource was added or changed, and neither it nor an earlier version of it can be read. */
    default void unreadable(ObjectKey key, GenericKubernetesResource resource) {
        removed(key);
    }

    /** A resource was deleted. */
    void removed(ObjectKey key);

    /** A pod was added or changed, or its namespace says something else about it. */
    default void pod(PodIdentity pod) {}

    /** A pod was deleted. */
    default void podRemoved(ObjectKey key) {}

    /** {@code enabled}: whether the label of the namespace says that its pods have sidecars; may be said again */
    default void sidecars(String namespace, boolean enabled) {}

    /** {@code ends}: whether the namespace is being deleted now, with everything in it; false when it has gone */
    default void namespace(String name, boolean ends) {}

    /** A Service was added or changed. {@code service}: null if it has gone */
    default void service(ObjectKey key, @Nullable Service service) {}

    /** Everything that was told before is delivered now, or made no difference. */
    default void delivered() {}

    /** Returns a listener that tells all of these, one after the other. */
    static ResourceListener all(List<ResourceListener> listeners) {
        return new ResourceListener() {
            @Override
            public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
                listeners.forEach(one -> one.put(key, resource, manifest));
            }

            @Override
            public void unreadable(ObjectKey key, GenericKubernetesResource resource) {
                listeners.forEach(one -> one.unreadable(key, resource));
            }

            @Override
            public void removed(ObjectKey key) {
                listeners.forEach(one -> one.removed(key));
            }

            @Override
            public void pod(PodIdentity pod) {
                listeners.forEach(one -> one.pod(pod));
            }

            @Override
            public void podRemoved(ObjectKey key) {
                listeners.forEach(one -> one.podRemoved(key));
            }

            @Override
            public void sidecars(String namespace, boolean enabled) {
                listeners.forEach(one -> one.sidecars(namespace, enabled));
            }

            @Override
            public void namespace(String name, boolean ends) {
                listeners.forEach(one -> one.namespace(name, ends));
            }

            @Override
            public void service(ObjectKey key, @Nullable Service service) {
                listeners.forEach(one -> one.service(key, service));
            }

            @Override
            public void delivered() {
                listeners.forEach(ResourceListener::delivered);
            }
        };
    }
}
