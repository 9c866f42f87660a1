package dev.kitsune.model.manifest;

import dev.kitsune.model.position.Position;
import java.util.HashMap;
import java.util.Map;

/**
 * One object as its user wrote it, with the positions of its fields.
 *
 * @param position of the document's first field
 * @param positions field path, such as {@code spec.components.cart.version} or {@code spec.mirror[0].to}, to the
 *     position of its value
 */
public record Manifest<S extends Spec>(ObjectKey key, S spec, Position position, Map<String, Position> positions) {
    public Manifest {
        positions = Map.copyOf(positions);
    }

    /** Returns the same object with the same positions and another content. */
    public <T extends Spec> Manifest<T> with(T other) {
        return new Manifest<>(key, other, position, positions);
    }

    /** Returns the same object with positions of Kubernetes. */
    public Manifest<S> withoutLines() {
        Map<String, Position> all = new HashMap<>(positions);
        all.replaceAll((path, at) -> at.withoutLine());
        return new Manifest<>(key, spec, position.withoutLine(), all);
    }

    /** Returns the position of a field, or of the nearest enclosing field that was written. */
    public Position at(String path) {
        for (String p = path;
                !p.isEmpty();
                p = p.substring(0, Math.max(0, Math.max(p.lastIndexOf('.'), p.lastIndexOf('['))))) {
            Position found = positions.get(p);
            if (found != null) {
                return found;
            }
        }
        return position;
    }
}
