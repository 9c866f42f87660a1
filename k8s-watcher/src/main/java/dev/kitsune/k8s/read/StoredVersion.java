package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Fault;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.jspecify.annotations.Nullable;

/**
 * The last good version in the status of a custom resource.
 *
 * @param generation of the resource with that version
 * @param spec as its user wrote it
 */
public record StoredVersion(long generation, Object spec, Manifest<?> manifest) {
    /** Returns null if there is none, or if it cannot be read. */
    public static @Nullable StoredVersion of(ObjectKey key, GenericKubernetesResource resource) {
        Object spec = resource.get("status", "lastGood", "spec");
        if (spec == null) {
            return null;
        }
        Manifest<?> manifest = Fault.guard(() -> ReadResource.lastGood(key, resource), fault -> null);
        return manifest == null
                ? null
                : new StoredVersion(
                        resource.get("status", "lastGood", "generation") instanceof Number number
                                ? number.longValue()
                                : 0,
                        spec,
                        manifest);
    }
}
