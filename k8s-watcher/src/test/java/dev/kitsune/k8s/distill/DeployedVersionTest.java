package dev.kitsune.k8s.distill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.PodTemplate;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeployedVersionTest {
    private static final WantedDeployment WANTED = Distilled.wanted(Distilled.TEMPLATE);
    private static final String WRITTEN = WantedDeployment.json(WANTED.fields());

    @Test
    void aPodCarriesItsVersionAndASidecar() {
        assertThat(WRITTEN)
                .contains("\"labels\":{\"kitsune.dev/inject\":\"enabled\",\"kitsune.dev/app\":\"shop\","
                        + "\"kitsune.dev/component\":\"cart\",\"kitsune.dev/version\":\"c1\"}")
                .doesNotContain("replicas");
        assertThat(WantedDeployment.json(Distilled.wanted(new PodTemplate(
                                "{\"metadata\":{\"labels\":{\"kitsune.dev/inject\":\"disabled\"}},\"spec\":{}}"))
                        .fields()))
                .contains("\"kitsune.dev/inject\":\"disabled\"");
    }

    @Test
    void whatTheApiServerAndOthersAddIsNoDifference() {
        DeployedVersion deployed = Distilled.deployed(Distilled.TEMPLATE);
        assertThat(deployed.has(WANTED)).isTrue();

        // A container that another program has added, before the others.
        GenericKubernetesResource more = Distilled.resource(WRITTEN.replace(
                "\"containers\":[", "\"terminationGracePeriodSeconds\":30,\"containers\":[{\"name\":\"agent\"},"));
        more.setAdditionalProperty("status", Map.of("replicas", 1));
        assertThat(Distilled.of(more).has(WANTED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"image\":\"cart:c1\" \"image\":\"cart:c2\"",
                "8080 8081",
                "\"name\":\"app\" \"name\":\"other\"",
                "[{\"containerPort\":8080}] []",
                "\"kitsune.dev/inject\":\"enabled\" \"kitsune.dev/inject\":\"disabled\""
            })
    void whatIsKitsunesIsCompared(String change) {
        String[] fromTo = change.split(" ", 2);
        assertThat(WRITTEN).contains(fromTo[0]);

        DeployedVersion changed = Distilled.of(Distilled.resource(WRITTEN.replace(fromTo[0], fromTo[1])));

        assertThat(changed.has(WANTED)).isFalse();
        assertThat(changed.hasMetadata(WANTED)).isTrue();
    }

    @Test
    void withoutTheMarkItIsNotKitsunes() {
        assertThat(DeployedVersion.of(Distilled.resource(
                        WRITTEN.replace("\"app.kubernetes.io/managed-by\":\"kitsune\"", "\"team\":\"shop\""))))
                .isNull();
        assertThat(DeployedVersion.of(Distilled.resource(
                        WRITTEN.replaceAll("\"selector\":\\{[^}]*}}", "\"selector\":{\"matchLabels\":{\"a\":\"b\"}}"))))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{} | false | false | 0 of 1 pods of shop-cart-c1 are available",
                "{observedGeneration: 2, availableReplicas: 1, conditions: [{type: Available, status: 'True'}]}"
                        + " | true | false | shop-cart-c1 is available",
                "{observedGeneration: 1, availableReplicas: 1, conditions: [{type: Available, status: 'True'}]}"
                        + " | false | false | 1 of 1 pods of shop-cart-c1 are available",
                "{observedGeneration: 2, conditions: [{type: ReplicaFailure, status: 'True', message: exceeded quota}]}"
                        + " | false | true | shop-cart-c1: exceeded quota",
                "{observedGeneration: 2, conditions: [{type: Progressing, status: 'False', message: timed out}]}"
                        + " | false | true | shop-cart-c1: timed out"
            })
    void itsStatusSaysWhatItsPodsDo(String status, boolean available, boolean failed, String words) {
        GenericKubernetesResource resource = Distilled.resource(WRITTEN);
        resource.setAdditionalProperty(
                "status", Distilled.resource("---\nstatus: " + status + "\n").get("status"));

        assertThat(Distilled.of(resource).pods()).isEqualTo(new DeployedPods(available, failed, words));
    }
}
