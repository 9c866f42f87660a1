package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kitsune.e2e.kube.ApiServer;
import dev.kitsune.e2e.kube.PostedYaml;
import dev.kitsune.e2e.kube.PostedYaml.ApiAnswer;
import dev.kitsune.e2e.kube.SharedApiServer;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Spec;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends every object of every scenario to a real API server, and compares what it says with what the reader of files
 * says. Both must accept and refuse the same objects, and an accepted object must mean the same after the API server has
 * stored it. The exceptions are listed here with their reasons.
 */
@ExtendWith(SharedApiServer.class)
class CorpusIT {
    private static final String UNTYPED_NAMES = "the values have no type in the schema, so no rule can see their names;"
            + " Kitsune reports the name in the status";
    private static final String YAML_1_1 = "the API server reads YAML 1.1, as kubectl does, and keeps another type;"
            + " the reader of files warns of it";

    private static final String DIGITS =
            "the API server keeps the value of a number, and not its digits; text in quotes" + " keeps them";

    /** By scenario and object. */
    private static final Map<String, String> DIFFERENCES = Map.of(
            "adapter-templates Environment/dev", YAML_1_1,
            "problem-case-conflict VirtualEnvironment/fix", UNTYPED_NAMES,
            "problem-invalid-value VirtualEnvironment/fix", UNTYPED_NAMES,
            "variables-to-a-shared-app Environment/dev", DIGITS);

    private static final YAMLMapper YAML = new YAMLMapper();

    private final ApiServer server;
    private final PostedYaml objects;

    CorpusIT(ApiServer server) {
        this.server = server;
        this.objects = new PostedYaml(server);
    }

    static List<Scenario> all() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theApiServerAndTheReaderAgree(Scenario scenario) throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String document : scenario.documents()) {
            JsonNode object = parsed(document);
            String difference = difference(document, object);
            if (difference != null) {
                found.put(scenario + " " + name(object), difference);
            }
        }

        assertThat(found.keySet())
                .as("objects on which the API server and the reader differ: %s", found)
                .containsExactlyInAnyOrderElementsOf(listed(scenario.name()));
    }

    @Test
    void everyListedScenarioExists() throws IOException {
        List<String> names = Scenario.all().stream().map(Scenario::name).toList();

        assertThat(DIFFERENCES.keySet())
                .allSatisfy(key -> assertThat(names).contains(key.substring(0, key.indexOf(' '))));
    }

    private static List<String> listed(String scenario) {
        return DIFFERENCES.keySet().stream()
                .filter(key -> key.startsWith(scenario + " "))
                .toList();
    }

    /** Returns the difference in words; null for none. */
    private @Nullable String difference(String document, @Nullable JsonNode object) throws IOException {
        ReadResult read = ManifestReader.read("manifests.yaml", document);
        boolean readable = read.problems().stream().noneMatch(Problem::isError);
        String kind = object == null ? "" : object.path("kind").asText();
        String namespace = object == null ? "" : namespace(object);
        if (List.of("Workload", "Service").contains(kind)
                || (readable && read.manifests().isEmpty())) {
            // On a cluster, workloads are read from pods. A document may consist of comments.
            return null;
        }
        if (PostedYaml.collection(kind, namespace).isEmpty()) {
            return readable ? "the API server has no such kind" : null;
        }
        ApiAnswer answer = objects.tryToCreate(document, namespace);
        assertThat(answer.status()).as(answer.message()).isLessThan(500).isNotEqualTo(404);
        if (answer.accepted() != readable) {
            return readable
                    ? "only the API server refuses it: " + answer.message()
                    : "only the reader refuses it: " + read.problems();
        }
        return readable && !specs(read).equals(specs(stored(answer))) ? "the API server changes what it means" : null;
    }

    private static ReadResult stored(ApiAnswer answer) {
        return ManifestReader.read("stored", answer.body().toString());
    }

    private static List<Spec> specs(ReadResult read) {
        return read.manifests().stream().<Spec>map(Manifest::spec).toList();
    }

    private String namespace(JsonNode object) {
        String name = object.path("metadata").path("namespace").asText("default");
        server.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .serverSideApply();
        return name;
    }

    private static String name(@Nullable JsonNode object) {
        return object == null
                ? "(unreadable)"
                : object.path("kind").asText() + "/"
                        + object.path("metadata").path("name").asText();
    }

    /** Returns null for a text that is no YAML. The API server cannot know the kind of such an object, either. */
    private static @Nullable JsonNode parsed(String document) throws IOException {
        try {
            return YAML.readTree(document);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
