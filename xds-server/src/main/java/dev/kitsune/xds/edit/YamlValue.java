package dev.kitsune.xds.edit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values as a person would write them on one line of YAML. */
final class YamlValue {
    /** Text that no version of YAML takes for anything but text: names and durations. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*|([0-9]+(d|h|ms|m|s))+");

    private static final Set<String> NOT_TEXT = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private YamlValue() {}

    static String print(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(field -> print(field.getKey()) + ": " + print(field.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return value.valueStream().map(YamlValue::print).collect(Collectors.joining(", ", "[", "]"));
        }
        return value.isTextual() ? print(value.asText()) : value.toString();
    }

    /** JSON's way to write a text in quotes is one of YAML's. */
    static String print(String text) {
        boolean isPlain = PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT));
        return isPlain ? text : TextNode.valueOf(text).toString();
    }
}
