package dev.kitsune.k8s.state;

import dev.kitsune.k8s.read.StoredVersion;
import dev.kitsune.model.manifest.Manifest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user wrote into a custom resource.
 *
 * @param spec its JSON, which takes less memory than the object
 * @param manifest what it is read as; null if it cannot be read
 */
record ObjectText(long generation, String spec, @Nullable Manifest<?> manifest) {
    static ObjectText of(long generation, @Nullable Object spec, @Nullable Manifest<?> manifest) {
        return new ObjectText(generation, StatusJson.text(spec == null ? Map.of() : spec), manifest);
    }

    static ObjectText of(StoredVersion stored) {
        return of(stored.generation(), stored.spec(), stored.manifest());
    }

    /** Whether it means the same as another object. */
    boolean isRead(@Nullable Manifest<?> other) {
        return manifest != null && other != null && manifest.spec().equals(other.spec());
    }

    /** Whether the status has just this. */
    boolean isIn(StoredVersion stored) {
        return generation == stored.generation() && spec.equals(StatusJson.text(stored.spec()));
    }

    /** Returns the form in the status. */
    Map<String, Object> stored() {
        return Map.of("generation", generation, "spec", StatusJson.parse(spec));
    }
}
