package dev.kitsune.xds.edit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of an object gets a value, or is removed.
 *
 * @param path the names of the field and of those around it, from the outermost
 * @param value null to remove the field, and those around it that are empty then
 */
public record FieldChange(List<String> path, @Nullable JsonNode value) {
    public FieldChange {
        path = List.copyOf(path);
    }

    /** Makes the change in an object. */
    public void in(ObjectNode object) {
        change(object, path);
    }

    private void change(ObjectNode at, List<String> rest) {
        String name = rest.get(0);
        if (rest.size() == 1) {
            if (value == null) {
                at.remove(name);
            } else {
                at.set(name, value);
            }
            return;
        }
        JsonNode inner = at.get(name);
        if (inner instanceof ObjectNode object) {
            change(object, rest.subList(1, rest.size()));
            if (value == null && object.isEmpty()) {
                at.remove(name);
            }
        } else if (value != null) {
            change(at.putObject(name), rest.subList(1, rest.size()));
        }
    }
}
