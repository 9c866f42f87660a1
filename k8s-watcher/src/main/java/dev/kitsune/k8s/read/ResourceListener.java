package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/**
 * Hears of every custom resource that counts, also when only its status or its annotations have changed, and before the
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

    /** A resource was deleted, or was never readable. */
    void removed(ObjectKey key);
}
