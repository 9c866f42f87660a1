package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.kitsune.k8s.schema.EditorSchema;
import dev.kitsune.model.read.ManifestReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the schema for editors with the reader, for every object of every scenario. An object that the reader takes
 * without a word must be valid, and one of which it complains must not be. The exceptions are listed with their reasons.
 */
class ScenarioSchemaTest {
    /** By scenario and object. */
    private static final Map<String, String> UNSEEN = Map.of(
            "adapter-templates Environment/dev", "text without quotes that another version of YAML takes for a number",
            "problem-case-conflict VirtualEnvironment/fix", "two names that differ only in case",
            "problem-duplicate-name VirtualEnvironment/keys", "a key that is written twice");

    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(EditorSchema.ofAllKinds());
    private static final YAMLMapper YAML = new YAMLMapper();

    static List<Scenario> all() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theSchemaAndTheReaderAgree(Scenario scenario) throws IOException {
        Map<String, String> differences = new TreeMap<>();
        for (String text : scenario.documents()) {
            boolean silent =
                    ManifestReader.read("manifests.yaml", text).problems().isEmpty();
            try (MappingIterator<JsonNode> objects =
                    YAML.readerFor(JsonNode.class).readValues(text)) {
                while (objects.hasNextValue()) {
                    JsonNode object = objects.nextValue();
                    Set<ValidationMessage> messages = object.isNull() ? Set.of() : SCHEMA.validate(object);
                    if (messages.isEmpty() != silent) {
                        differences.put(scenario + " " + name(object), said(messages));
                    }
                }
            } catch (JsonProcessingException e) {
                assertThat(silent)
                        .as("the reader refuses what is no YAML: %s", text)
                        .isFalse();
            }
        }

        assertThat(differences.keySet())
                .as("objects on which the schema and the reader differ: %s", differences)
                .containsExactlyInAnyOrderElementsOf(UNSEEN.keySet().stream()
                        .filter(key -> key.startsWith(scenario + " "))
                        .toList());
    }

    @Test
    void everyListedScenarioExists() throws IOException {
        List<String> names = Scenario.all().stream().map(Scenario::name).toList();

        assertThat(UNSEEN.keySet()).allSatisfy(key -> assertThat(names).contains(key.substring(0, key.indexOf(' '))));
    }

    private static String said(Set<ValidationMessage> messages) {
        return messages.isEmpty()
                ? "only the reader complains"
                : messages.stream().map(ValidationMessage::getMessage).collect(Collectors.joining("; "));
    }

    private static String name(JsonNode object) {
        return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
    }
}
