package dev.kitsune.envoy.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Protobuf's JSON has only one kind of number in metadata and writes 8080 as {@code 8080.0}. Envoy's YAML parser reads
 * that as text.
 */
final class WholeNumbers {
    private WholeNumbers() {}

    /** The same tree, with every whole number written as one. */
    static JsonNode in(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(in(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, in(array.get(i)));
            }
        } else if (node.isDouble() && node.doubleValue() == Math.rint(node.doubleValue())) {
            return LongNode.valueOf(node.longValue());
        }
        return node;
    }
}
