package dev.kitsune.e2e.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.Message;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.model.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Prints Envoy resources as YAML for people, with long texts as blocks and the values of secrets as digests. */
final class GoldenYaml {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private GoldenYaml() {}

    /** Prints problems, each with its position. */
    static String print(List<Problem> problems) throws IOException {
        ArrayNode all = JSON.createArrayNode();
        for (Problem problem : problems) {
            ObjectNode one = all.addObject();
            one.put("at", problem.position().toString());
            one.put("code", problem.code().name());
            one.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
            if (problem.object() != null) {
                one.put("object", problem.object().toString());
            }
            if (problem.field() != null) {
                one.put("field", problem.field());
            }
            if (problem.virtualEnvironment() != null) {
                one.put("environment", problem.virtualEnvironment().value());
            }
            one.put("message", problem.message());
        }
        return YAML.writeValueAsString(all);
    }

    static String print(Collection<? extends Message> resources) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Message resource : resources) {
            JsonNode json = JSON.readTree(EnvoyJson.print(resource));
            hide(json);
            json.findParents("inline_string").forEach(GoldenYaml::shortenScript);
            text.append(text.isEmpty() ? "" : "---\n").append(YAML.writeValueAsString(json));
        }
        return text.toString();
    }

    /** A data source with bytes or text is the value of a secret, except for the source code of Lua. */
    private static void hide(JsonNode node) {
        for (String field : List.of("generic_secret", "tls_certificate", "validation_context", "session_ticket_keys")) {
            node.findValues(field)
                    .forEach(secret -> secret.findParents("inline_bytes").forEach(GoldenYaml::digest));
            node.findValues(field)
                    .forEach(secret -> secret.findParents("inline_string").forEach(GoldenYaml::digest));
        }
    }

    /** Replaces a script with a digest after its constants. The script itself has its own file. */
    private static void shortenScript(JsonNode source) {
        String text = source.path("inline_string").asText();
        int comment = text.indexOf("\n-- ");
        if (text.startsWith("local ") && comment > 0) {
            ((ObjectNode) source)
                    .put(
                            "inline_string",
                            text.substring(0, comment) + "\n-- [script " + Credential.digest(text.substring(comment))
                                    + "]\n");
        }
    }

    private static void digest(JsonNode source) {
        ObjectNode object = (ObjectNode) source;
        for (String field : List.of("inline_bytes", "inline_string")) {
            if (object.has(field)) {
                String value = object.get(field).asText();
                String whole = field.equals("inline_bytes")
                        ? new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)
                        : value;
                object.put(field, whole.isEmpty() ? "" : "[secret] " + Credential.digest(whole));
            }
        }
    }
}
