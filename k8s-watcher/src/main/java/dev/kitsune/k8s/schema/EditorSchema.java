package dev.kitsune.k8s.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.k8s.crd.CustomResourceDefinitions;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The JSON Schema (draft 7, which editors understand) of a manifest of any kind. It follows from the definitions of the
 * custom resources, so that an editor, the API server and {@code kubectl explain} say the same. A cluster has no Workload
 * and no Service of Kitsune's, so their schemas are files beside this class, and so is what a definition cannot say.
 */
public final class EditorSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What both forms of schema have in common. */
    private static final Set<String> SHARED = Set.of(
            "type",
            "description",
            "required",
            "enum",
            "pattern",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties");

    private EditorSchema() {}

    /** Returns the schema of a document of any kind. */
    public static JsonNode ofAllKinds() {
        JsonNode refinements = resource("refinements");
        ObjectNode definitions = refinements.path("definitions").deepCopy();
        List<Kind> kinds = Arrays.stream(Kind.values())
                .sorted(Comparator.comparing(kind -> !kind.isCustomResource()))
                .toList();
        kinds.forEach(kind -> definitions.set(kind.name(), ofKind(kind)));
        refinements.path("refinements").properties().forEach(refinement -> ((ObjectNode)
                        definitions.at("/" + refinement.getKey()))
                .setAll((ObjectNode) refinement.getValue()));

        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Kitsune " + Kind.VERSION);
        schema.put("type", "object");
        schema.set("required", texts(List.of("apiVersion", "kind", "metadata")));
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("apiVersion").put("const", Kind.API_VERSION);
        properties
                .putObject("kind")
                .set("enum", texts(kinds.stream().map(Kind::name).toList()));
        ArrayNode choices = schema.putArray("allOf");
        kinds.forEach(kind -> {
            ObjectNode choice = choices.addObject();
            ObjectNode condition = choice.putObject("if");
            condition.putObject("properties").putObject("kind").put("const", kind.name());
            condition.set("required", texts(List.of("kind")));
            choice.putObject("then").put("$ref", "#/definitions/" + kind);
        });
        schema.set("definitions", definitions);
        return schema;
    }

    private static ObjectNode ofKind(Kind kind) {
        ObjectNode schema = converted(definition(kind));
        List<String> required = new ArrayList<>(List.of("apiVersion", "kind", "metadata"));
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.set("required", texts(required));
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.putObject("apiVersion").put("const", Kind.API_VERSION);
        properties.putObject("kind").put("const", kind.name());
        properties.set("metadata", metadata(kind));
        properties.putObject("status").put("description", "What Kitsune found. Files are read without it.");
        return schema;
    }

    private static ObjectNode metadata(Kind kind) {
        ObjectNode metadata = JSON.objectNode();
        metadata.put("type", "object");
        metadata.put("description", "The identity of the object.");
        metadata.set("required", texts(List.of("name")));
        ObjectNode properties = metadata.putObject("properties");
        properties
                .putObject("name")
                .put("type", "string")
                .put("description", "The name of the object, in lower case.")
                .put("pattern", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
                .put("maxLength", 253);
        if (kind.namespaced()) {
            properties
                    .putObject("namespace")
                    .put("type", "string")
                    .put("description", "The namespace of the object. In a folder, the default is default.")
                    .put("pattern", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    .put("maxLength", 63);
        } else {
            // An object that was printed by kubectl has more fields, so they cannot be forbidden all together.
            metadata.putObject("not").set("required", texts(List.of("namespace")));
        }
        return metadata;
    }

    private static JsonNode definition(Kind kind) {
        if (!kind.isCustomResource()) {
            return resource(kind.name().toLowerCase(Locale.ROOT)).path("schema");
        }
        return CustomResourceDefinitions.all().stream()
                .filter(definition -> definition.getSpec().getNames().getKind().equals(kind.name()))
                .map(definition ->
                        definition.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema())
                .<JsonNode>map(schema -> new ObjectMapper().valueToTree(schema))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no definition of the kind " + kind));
    }

    /** Turns a structural schema of Kubernetes into one of JSON Schema, and leaves out what Kitsune writes. */
    private static ObjectNode converted(JsonNode structural) {
        ObjectNode schema = JSON.objectNode();
        structural.properties().forEach(property -> {
            if (SHARED.contains(property.getKey()) && !property.getValue().isNull()) {
                schema.set(property.getKey(), property.getValue());
            }
        });
        if (structural.path("x-kubernetes-int-or-string").asBoolean()) {
            schema.set("type", texts(List.of("integer", "string")));
        }
        if (structural.path("items").isObject()) {
            schema.set("items", converted(structural.path("items")));
        }
        if (structural.path("additionalProperties").isObject()) {
            schema.set("additionalProperties", converted(structural.path("additionalProperties")));
        }
        if (structural.path("properties").isObject()) {
            ObjectNode properties = schema.putObject("properties");
            structural.path("properties").properties().forEach(field -> {
                if (!field.getKey().equals("status")) {
                    properties.set(field.getKey(), converted(field.getValue()));
                }
            });
            if (!structural.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
                schema.put("additionalProperties", false);
            }
        }
        return schema;
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static JsonNode resource(String name) {
        try (InputStream yaml = EditorSchema.class.getResourceAsStream(name + ".yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("the schema " + name + ".yaml is missing in the program");
            }
            return Serialization.unmarshal(yaml, JsonNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
