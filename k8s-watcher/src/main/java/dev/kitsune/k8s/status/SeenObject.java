package dev.kitsune.k8s.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.stored.StoredJson;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as the API server showed it last.
 *
 * @param revision its resource version. A later one is greater
 * @param wanted the field {@code spec.release}; null for none
 */
record SeenObject(
        ObjectKey key,
        String uid,
        long revision,
        long generation,
        @Nullable Release wanted,
        WrittenStatus written) {
    private static final ObjectMapper MAPPER = StoredJson.mapper();

    /** Stands for a release that cannot be read. No decided release is equal to it. */
    private static final Release UNREADABLE = new Release(Map.of(), "");

    static SeenObject of(ObjectKey key, GenericKubernetesResource resource) {
        ObjectMeta metadata = resource.getMetadata();
        return new SeenObject(
                key,
                metadata.getUid(),
                Long.parseLong(metadata.getResourceVersion()),
                metadata.getGeneration() == null ? 0 : metadata.getGeneration(),
                key.kind() == Kind.VirtualEnvironment ? release(resource.get("spec", "release")) : null,
                WrittenStatus.of(resource.get("status")));
    }

    private static @Nullable Release release(@Nullable Object field) {
        try {
            return field == null ? null : MAPPER.convertValue(field, Release.class);
        } catch (IllegalArgumentException e) {
            return UNREADABLE;
        }
    }

    /** Whether the object's spec has changed since its status was written. */
    boolean isUntold() {
        return !written.isOf(generation);
    }
}
