package dev.kitsune.xds.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Value.ValueType;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The types of variables: that of the value which is in force, or else the declared one.
 *
 * @param above the virtual environment whose values are in force; null for none
 */
record VariableTypes(@Nullable ResolvedVirtualEnvironment above, ResolvedInput input) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    /** Returns a text of the command line as a value of the variable's type. */
    JsonNode value(String name, String text) {
        ValueType type = type(name);
        boolean isNumber = NUMBER.matcher(text).matches();
        boolean isBoolean = text.equals("true") || text.equals("false");
        JsonNode array = array(text);
        if (type == null) {
            type = isNumber
                    ? ValueType.Number
                    : isBoolean ? ValueType.Boolean : array != null ? ValueType.Array : ValueType.String;
        }
        JsonNode value =
                switch (type) {
                    case String -> NODES.textNode(text);
                    case Number -> isNumber ? NODES.numberNode(new BigDecimal(text)) : null;
                    case Boolean -> isBoolean ? NODES.booleanNode(Boolean.parseBoolean(text)) : null;
                    case Array -> array;
                };
        if (value == null) {
            throw CommandException.usage("--var " + name + "=" + text + ": the variable " + name + " is of the type "
                    + type + (type == ValueType.Array ? "; write it as JSON, such as '[\"a\", \"b\"]'" : ""));
        }
        return value;
    }

    private @Nullable ValueType type(String name) {
        if (above != null && above.overlay().variables().containsKey(name)) {
            return Objects.requireNonNull(above.overlay().variables().get(name))
                    .value()
                    .type();
        }
        return input.catalog().manifests().values().stream()
                .map(Manifest::spec)
                .filter(AppDeployment.class::isInstance)
                .flatMap(spec -> ((AppDeployment) spec).components().values().stream())
                .map(component -> component.variables().get(name))
                .filter(Objects::nonNull)
                .map(declaration -> declaration.type())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable JsonNode array(String text) {
        if (!text.startsWith("[")) {
            return null;
        }
        try {
            JsonNode array = JSON.readTree(text);
            return array.isArray() ? array : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
