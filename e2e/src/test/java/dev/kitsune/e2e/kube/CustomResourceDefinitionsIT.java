package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kitsune.e2e.kube.PostedYaml.ApiAnswer;
import dev.kitsune.k8s.crd.CustomResourceDefinitions;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server accepts, refuses and keeps of Kitsune's kinds. */
@ExtendWith(SharedApiServer.class)
class CustomResourceDefinitionsIT {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final ApiServer server;
    private final PostedYaml posted;
    private final String namespace;

    CustomResourceDefinitionsIT(ApiServer server) {
        this.server = server;
        this.posted = new PostedYaml(server);
        this.namespace = server.newNamespace("definitions");
    }

    @AfterEach
    void deleteObjects() {
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            var objects = server.client()
                    .genericKubernetesResources(
                            Kind.API_VERSION, definition.getSpec().getNames().getKind());
            if (definition.getSpec().getScope().equals("Namespaced")) {
                objects.inNamespace(namespace).delete();
            } else {
                List.of("every-field", "every-status")
                        .forEach(name -> objects.withName(name).delete());
            }
        }
    }

    @Test
    void everyDefinitionIsAcceptedAndServed() {
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            CustomResourceDefinition stored =
                    server.client().resource(definition).get();

            assertThat(stored.getStatus().getConditions())
                    .as(definition.getMetadata().getName())
                    .filteredOn(condition -> condition.getStatus().equals("True"))
                    .extracting(CustomResourceDefinitionCondition::getType)
                    .containsExactlyInAnyOrder("NamesAccepted", "Established");
        }
    }

    @Test
    void everyFieldThatKitsuneReadsIsKept() throws IOException {
        ReadResult read = ManifestReader.read("every-field.yaml", String.join("---\n", documents("every-field.yaml")));

        assertThat(read.problems()).isEmpty();
        assertThat(UsedFields.missing(read.manifests())).isEmpty();
        for (String document : documents("every-field.yaml")) {
            keeps(document, "spec");
        }
    }

    @Test
    void everyFieldOfAReleaseManifestIsKept() throws IOException {
        for (String document : documents("release-manifest.yaml")) {
            keeps(document, "spec");
        }
    }

    private void keeps(String document, String part) throws IOException {
        // Other tests of this API server could see a Platform, of which there is only one.
        ApiAnswer answer = document.contains("kind: Platform")
                ? posted.tryToCreate(document, namespace)
                : posted.create(document, namespace);

        assertThat(answer.status()).as(answer.message()).isEqualTo(201);
        assertThat(answer.body().path(part)).isEqualTo(YAML.readTree(document).path(part));
    }

    @Test
    void everyFieldOfAStatusIsKept() throws IOException {
        for (String document : documents("every-field.yaml")) {
            if (!document.contains("kind: Platform")) {
                posted.apply(document.replace("name: every-field}", "name: every-status}"), namespace);
            }
        }
        for (String document : documents("every-status.yaml")) {
            ApiAnswer answer = posted.applyStatus(document, namespace);

            assertThat(answer.status()).as(answer.message()).isEqualTo(200);
            assertThat(answer.body().path("status"))
                    .isEqualTo(YAML.readTree(document).path("status"));
        }
    }

    @Test
    void aMistypedFieldIsRefusedAndNotDropped() throws IOException {
        ApiAnswer answer = posted.create("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: typo}
                spec: {enviroment: dev, parent: main}
                """, namespace);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("unknown field \"spec.enviroment\"");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRuleAcceptsAndRefuses(ValidationRule rule) throws IOException {
        for (String accepted : rule.accepted()) {
            ApiAnswer answer = send(rule.kind(), accepted);
            assertThat(answer.status()).as("%s\n%s", accepted, answer.message()).isBetween(200, 201);
        }
        for (String refused : rule.refused()) {
            ApiAnswer answer = send(rule.kind(), refused);
            assertThat(answer.status()).as(refused).isEqualTo(422);
            assertThat(answer.message()).contains(rule.message());
        }
    }

    static List<ValidationRule> rules() {
        return ValidationRule.ALL;
    }

    @Test
    void everyRuleIsTested() {
        Set<String> messages = new TreeSet<>();
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            YAML.valueToTree(definition)
                    .findValues("x-kubernetes-validations")
                    .forEach(rules -> rules.forEach(
                            rule -> messages.add(rule.path("message").asText())));
        }

        assertThat(ValidationRule.ALL)
                .extracting(ValidationRule::message)
                .containsExactlyInAnyOrderElementsOf(messages);
    }

    private ApiAnswer send(String kind, String nameAndSpec) throws IOException {
        String document = "apiVersion: kitsune.dev/v1alpha1\nkind: " + kind + "\n" + nameAndSpec;
        ApiAnswer created = posted.tryToCreate(document, namespace);
        boolean namespaced =
                PostedYaml.collection(kind, namespace).orElseThrow().contains("/namespaces/");
        return created.accepted() && namespaced ? posted.apply(document, namespace) : created;
    }

    private static List<String> documents(String file) throws IOException {
        try (InputStream in = CustomResourceDefinitionsIT.class.getResourceAsStream(file)) {
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^---\n"));
        }
    }
}
