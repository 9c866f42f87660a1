package dev.kitsune.k8s.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CustomResourceDefinitionsTest {
    @Test
    void thereIsOneForEachKindOfAClusterAndForReleaseManifests() {
        assertThat(CustomResourceDefinitions.all())
                .extracting(definition -> definition.getSpec().getNames().getKind())
                .containsExactly(
                        "Platform", "Environment", "VirtualEnvironment", "AppDeployment", "Adapter", "ReleaseManifest");
        assertThat(CustomResourceDefinitions.all()).allSatisfy(definition -> {
            assertThat(definition.getSpec().getGroup() + "/"
                            + version(definition).getName())
                    .isEqualTo(Kind.API_VERSION);
            assertThat(definition.getSpec().getNames().getCategories()).containsExactly("kitsune");
            assertThat(definition.getMetadata().getName())
                    .isEqualTo(definition.getSpec().getNames().getPlural() + ".kitsune.dev");
        });
    }

    @Test
    void theKindsThatUsersWriteHaveTheirScopeAndAStatus() {
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            String kind = definition.getSpec().getNames().getKind();
            if (!kind.equals("ReleaseManifest")) {
                assertThat(definition.getSpec().getScope())
                        .isEqualTo(Kind.valueOf(kind).namespaced() ? "Namespaced" : "Cluster");
                assertThat(version(definition).getSubresources().getStatus()).isNotNull();
            }
        }
    }

    /** {@code kubectl explain} must teach. */
    @Test
    void everyFieldHasADescription() {
        for (Map.Entry<String, JSONSchemaProps> field : fields().entrySet()) {
            String description = field.getValue().getDescription();
            assertThat(description).as(field.getKey()).isNotBlank().endsWith(".");
        }
        assertThat(fields()).hasSizeGreaterThan(300);
    }

    /** Without limits, the API server would estimate the cost of the rules too high. */
    @Test
    void everythingThatUsersWriteHasALimit() {
        fields().forEach((path, field) -> {
            if (path.contains(".spec") && !path.startsWith("ReleaseManifest")) {
                assertThat(isLimited(field)).as(path).isTrue();
            }
        });
    }

    private static boolean isLimited(JSONSchemaProps field) {
        boolean isMap = field.getAdditionalProperties() != null;
        return switch (field.getType() == null ? "" : field.getType()) {
            case "string" -> field.getMaxLength() != null || !field.getEnum().isEmpty();
            case "array" -> field.getMaxItems() != null;
            case "integer" -> field.getMinimum() != null && field.getMaximum() != null;
            case "object" -> !isMap || field.getMaxProperties() != null;
            default -> true;
        };
    }

    /** A client that knows the status of one kind knows that of every other one. */
    @Test
    void theCommonFieldsOfStatusAreEqual() {
        Map<String, JSONSchemaProps> fields = fields();
        for (String common : List.of("problems", "problemCount", "lastGood")) {
            Set<JSONSchemaProps> forms = new HashSet<>();
            for (String kind : List.of("Platform", "Environment", "VirtualEnvironment", "AppDeployment", "Adapter")) {
                forms.add(fields.get(kind + ".status." + common));
            }
            assertThat(forms).as(common).hasSize(1).doesNotContainNull();
        }
    }

    @Test
    void conditionsAreAMapByType() {
        for (String kind : List.of("Platform", "Environment", "VirtualEnvironment", "AppDeployment", "Adapter")) {
            assertThat(fields().get(kind + ".status.conditions"))
                    .extracting(JSONSchemaProps::getXKubernetesListType, JSONSchemaProps::getXKubernetesListMapKeys)
                    .containsExactly("map", List.of("type"));
            assertThat(fields()).containsKey(kind + ".status.conditions[].observedGeneration");
        }
    }

    /** Returns every schema by its path, such as {@code Adapter.spec.http.headers.*}. */
    private static Map<String, JSONSchemaProps> fields() {
        Map<String, JSONSchemaProps> fields = new TreeMap<>();
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            walk(
                    definition.getSpec().getNames().getKind(),
                    version(definition).getSchema().getOpenAPIV3Schema(),
                    fields);
        }
        return fields;
    }

    private static void walk(String path, JSONSchemaProps schema, Map<String, JSONSchemaProps> fields) {
        fields.put(path, schema);
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, field) -> walk(path + "." + name, field, fields));
        }
        if (schema.getAdditionalProperties() != null) {
            walk(path + ".*", schema.getAdditionalProperties().getSchema(), fields);
        }
        if (schema.getItems() != null) {
            walk(path + "[]", schema.getItems().getSchema(), fields);
        }
    }

    private static CustomResourceDefinitionVersion version(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().get(0);
    }
}
