package dev.kitsune.e2e.kube;

import dev.kitsune.model.manifest.Manifest;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of the model's records that manifests use. Readers make these records, so a field that no manifest uses is
 * one that a test has forgotten.
 */
final class UsedFields {
    private final Set<String> used = new TreeSet<>();
    private final Set<String> known = new TreeSet<>();

    private UsedFields() {}

    /** Returns the fields that are absent or empty in all of these manifests. */
    static Set<String> missing(List<Manifest<?>> manifests) {
        UsedFields fields = new UsedFields();
        manifests.forEach(manifest -> fields.look(manifest.spec()));
        fields.known.removeAll(fields.used);
        return fields.known;
    }

    /** Returns whether a value says anything. */
    private boolean look(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(this::look);
            return !map.isEmpty();
        }
        if (value instanceof Collection<?> list) {
            list.forEach(this::look);
            return !list.isEmpty();
        }
        if (value instanceof Record object) {
            for (RecordComponent component : object.getClass().getRecordComponents()) {
                String name = object.getClass().getSimpleName() + "." + component.getName();
                known.add(name);
                if (look(value(object, component))) {
                    used.add(name);
                }
            }
        }
        return value != null;
    }

    private static Object value(Record object, RecordComponent component) {
        try {
            return component.getAccessor().invoke(object);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a public record cannot be read", e);
        }
    }
}
