package dev.kitsune.k8s.state;

import dev.kitsune.k8s.state.RequestAnnotation.AnnotatedRequest;
import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store of releases reads of a virtual environment's object.
 *
 * @param revision its resource version. A later one is greater
 * @param release the field {@code status.release}; null for none
 * @param version distinguishes the content of that field from every other; null for none
 */
record ReleaseObject(
        ObjectKey key,
        Instant created,
        String uid,
        long revision,
        @Nullable Map<?, ?> release,
        @Nullable String version,
        AnnotatedRequest asked) {
    static ReleaseObject of(ObjectKey key, GenericKubernetesResource resource) {
        ObjectMeta metadata = resource.getMetadata();
        Map<?, ?> release = resource.get("status", "release") instanceof Map<?, ?> map ? map : null;
        Map<String, String> annotations = metadata.getAnnotations();
        return new ReleaseObject(
                key,
                Instant.parse(metadata.getCreationTimestamp()),
                metadata.getUid(),
                Long.parseLong(metadata.getResourceVersion()),
                release,
                release == null ? null : StatusJson.digest(release),
                RequestAnnotation.read(
                        key.virtualEnvironmentName(),
                        annotations == null ? null : annotations.get(RequestAnnotation.NAME)));
    }

    /** Of several objects that claim one name, the first has it, as for the pipeline. */
    Precedence precedence() {
        return new Precedence(created, Position.ofObject(key.toString()), key);
    }

    /** Whether the request in its annotation waits to be processed. */
    boolean asks() {
        return asked.request() != null
                && (release == null || !asked.request().id().equals(release.get("request")));
    }
}
