package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.ObjectKey;

/**
 * The object and field that decided something. It has no line number, so that moving text in a file changes no Envoy
 * resource. The manifest turns the field into a position.
 *
 * @param field such as {@code spec.components.cart}
 */
public record Origin(ObjectKey object, String field) {
    @Override
    public String toString() {
        return object + " " + field;
    }
}
