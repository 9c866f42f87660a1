package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;

/**
 * Hears of every custom resource, also when only its status or its annotations have changed, and before the
 * change that contains it is delivered. It is called by the thread that delivers, so it must not wait for anything.
 */
public interface ResourceListener {
    ResourceListener NONE = new ResourceListener() {
        @Override
        public void put(ObjectKey key, GenericKubernetesResource resource) {}

        @Override
        public void removed(ObjectKey key) {}
    };

    /** A resource was added or changed, and it or its last good version can be read. */
    void put(ObjectKey key, GenericKubernetesResource resource);

    /** A resource was added or changed, and neither it nor an earlier version of it can be read. It does not count. */
    default void unreadable(ObjectKey key, GenericKubernetesResource resource) {
        removed(key);
    }

    /** A resource was deleted. */
    void removed(ObjectKey key);

    /** Returns one that passes everything on to these, in this order. */
    static ResourceListener of(ResourceListener... listeners) {
        List<ResourceListener> all = List.of(listeners);
        return new ResourceListener() {
            @Override
            public void put(ObjectKey key, GenericKubernetesResource resource) {
                all.forEach(one -> one.put(key, resource));
            }

            @Override
            public void unreadable(ObjectKey key, GenericKubernetesResource resource) {
                all.forEach(one -> one.unreadable(key, resource));
            }

            @Override
            public void removed(ObjectKey key) {
                all.forEach(one -> one.removed(key));
            }
        };
    }
}
