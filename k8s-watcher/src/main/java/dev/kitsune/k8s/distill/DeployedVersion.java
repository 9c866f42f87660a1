package dev.kitsune.k8s.distill;

import dev.kitsune.model.snapshot.ComponentVersion;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment of Kitsune that exists.
 *
 * @param version the one that it runs. It is read from the selector, which nobody can change
 * @param fields the whole object
 */
record DeployedVersion(DeploymentKey key, ComponentVersion version, ObjectMeta metadata, Map<String, Object> fields) {
    /** Returns null for one that is not from Kitsune. */
    static @Nullable DeployedVersion of(GenericKubernetesResource deployment) {
        ObjectMeta metadata = deployment.getMetadata();
        ComponentVersion version = deployment.get("spec", "selector", "matchLabels") instanceof Map<?, ?> labels
                ? DistilledLabels.version(labels)
                : null;
        if (version == null || !isMarked(metadata)) {
            return null;
        }
        Map<String, Object> fields = new LinkedHashMap<>(deployment.getAdditionalProperties());
        Map<String, Object> shown = new HashMap<>();
        shown.put("name", metadata.getName());
        shown.put("namespace", metadata.getNamespace());
        shown.put("labels", orEmpty(metadata.getLabels()));
        shown.put("annotations", orEmpty(metadata.getAnnotations()));
        fields.put("metadata", shown);
        fields.put("apiVersion", "apps/v1");
        fields.put("kind", "Deployment");
        return new DeployedVersion(
                new DeploymentKey(metadata.getNamespace(), metadata.getName()), version, metadata, fields);
    }

    static boolean isMarked(ObjectMeta metadata) {
        return DistilledLabels.OWNER.equals(orEmpty(metadata.getLabels()).get(DistilledLabels.MANAGED_BY));
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    String uid() {
        return metadata.getUid();
    }

    String resourceVersion() {
        return metadata.getResourceVersion();
    }

    long generation() {
        return Objects.requireNonNullElse(metadata.getGeneration(), 0L);
    }

    boolean isDeleted() {
        return metadata.getDeletionTimestamp() != null;
    }

    private @Nullable String annotation(String name) {
        return orEmpty(metadata.getAnnotations()).get(name);
    }

    /** Whether somebody has noted that nobody uses it. */
    boolean isMarkedUnused() {
        return annotation(DistilledLabels.UNUSED_SINCE) != null;
    }

    /** Returns null if it is in use, or if the note cannot be read. */
    @Nullable
    Instant unusedSince() {
        String text = annotation(DistilledLabels.UNUSED_SINCE);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Whether everything that Kitsune owns of it is as it should be. */
    boolean has(WantedDeployment wanted) {
        return Contained.in(fields, wanted.fields());
    }

    /** The same for what no generation counts. */
    boolean hasMetadata(WantedDeployment wanted) {
        return Contained.in(fields.get("metadata"), wanted.fields().get("metadata"));
    }

    /** Returns what its pods are doing. */
    DeployedPods pods() {
        return DeployedPods.of(key, generation(), map(fields.get("spec")), map(fields.get("status")));
    }

    private static Map<?, ?> map(@Nullable Object field) {
        return field instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Compares objects, as far as the names of elements tell which belong together. */
    private static final class Contained {
        private static boolean in(@Nullable Object whole, @Nullable Object part) {
            if (part instanceof Map<?, ?> fields) {
                return whole instanceof Map<?, ?> all
                        && fields.entrySet().stream().allMatch(field -> in(all.get(field.getKey()), field.getValue()));
            }
            if (part instanceof List<?> elements && whole instanceof List<?> all) {
                boolean named = isNamed(elements) && isNamed(all);
                return named
                        ? elements.stream().allMatch(element -> in(named(all, name(element)), element))
                        : sameElements(all, elements);
            }
            return Objects.equals(number(whole), number(part));
        }

        private static boolean sameElements(List<?> all, List<?> elements) {
            if (all.size() != elements.size()) {
                return false;
            }
            for (int i = 0; i < all.size(); i++) {
                if (!in(all.get(i), elements.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /** Numbers of one value have several types. */
        private static @Nullable Object number(@Nullable Object value) {
            return value instanceof Integer whole ? Long.valueOf(whole) : value;
        }

        private static boolean isNamed(List<?> elements) {
            return elements.stream().allMatch(element -> name(element) != null);
        }

        private static @Nullable Object name(@Nullable Object element) {
            return element instanceof Map<?, ?> fields ? fields.get("name") : null;
        }

        private static @Nullable Object named(List<?> all, @Nullable Object name) {
            return all.stream()
                    .filter(element -> Objects.equals(name(element), name))
                    .findFirst()
                    .orElse(null);
        }
    }
}
