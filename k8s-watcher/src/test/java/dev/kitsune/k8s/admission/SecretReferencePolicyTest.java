package dev.kitsune.k8s.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kitsune.k8s.crd.CustomResourceDefinitions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Validation;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SecretReferencePolicyTest {
    private static ValidatingAdmissionPolicy policy(String namespace) {
        return (ValidatingAdmissionPolicy)
                SecretReferencePolicy.resources(namespace).get(0);
    }

    @Test
    void aPolicyHasItsBinding() {
        assertThat(SecretReferencePolicy.resources("mesh"))
                .extracting(HasMetadata::getKind, of -> of.getMetadata().getName())
                .containsExactly(
                        tuple("ValidatingAdmissionPolicy", "kitsune-secret-references"),
                        tuple("ValidatingAdmissionPolicyBinding", "kitsune-secret-references"));
    }

    @Test
    void keysForTokensAreInKitsunesNamespace() {
        assertThat(policy("mesh").getSpec().getValidations())
                .extracting(Validation::getExpression)
                .anyMatch(expression -> expression.contains(".namespace('mesh').name(variables.jwks)"))
                .noneMatch(expression -> expression.contains("kitsune-system"));
    }

    @Test
    void everyOfTwentyFourReferencesIsCheckedOnce() {
        String all = policy("mesh").getSpec().getValidations().stream()
                .map(Validation::getExpression)
                .reduce("", String::concat);

        for (int i = 0; i < 24; i++) {
            assertThat(all.split("name\\(variables\\.sorted\\[" + i + "]\\)", -1))
                    .as("reference %s", i)
                    .hasSize(2);
        }
    }

    /**
     * A new field with a reference must come into the policy, too. Those of the Platform need not, because the chart's
     * values name the Secrets that Kitsune may read for it, and no app ever gets what they hold.
     */
    @Test
    void everyFieldWithAReferenceIsKnown() {
        Set<String> fields = new TreeSet<>();
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            var version = definition.getSpec().getVersions().get(0);
            collect(
                    definition.getSpec().getNames().getKind(),
                    version.getSchema().getOpenAPIV3Schema(),
                    fields);
        }

        assertThat(fields)
                .containsExactly(
                        "Environment.spec.data.secrets.*.secretRef",
                        "Environment.spec.selection.jwks.secretRef",
                        "Platform.spec.gateway.tls.certificates[].secretRef",
                        "VirtualEnvironment.spec.data.secrets.*.secretRef");
        assertThat(policy("mesh").getSpec().getMatchConstraints().getResourceRules())
                .singleElement()
                .satisfies(rule ->
                        assertThat(rule.getResources()).isEqualTo(List.of("virtualenvironments", "environments")));
    }

    private static void collect(String path, JSONSchemaProps schema, Set<String> fields) {
        if (path.endsWith(".secretRef")) {
            fields.add(path);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, field) -> collect(path + "." + name, field, fields));
        }
        if (schema.getAdditionalProperties() != null) {
            collect(path + ".*", schema.getAdditionalProperties().getSchema(), fields);
        }
        if (schema.getItems() != null) {
            collect(path + "[]", schema.getItems().getSchema(), fields);
        }
    }
}
