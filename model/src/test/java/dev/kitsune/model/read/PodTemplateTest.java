package dev.kitsune.model.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.PodTemplate;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The template of a component's pods is kept as it is, and only its form is checked. */
class PodTemplateTest {
    private static ReadResult read(String template) {
        return ManifestReader.read("shop.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-main, namespace: shop}
                spec:
                  app: shop
                  components:
                    cart:
                      version: c1
                      template:
                """ + template.indent(8));
    }

    private static String json(String template) {
        ReadResult read = read(template);
        assertThat(read.manifests()).as("%s", read.problems()).hasSize(1);
        AppDeployment shop = (AppDeployment) read.manifests().get(0).spec();
        PodTemplate found =
                Objects.requireNonNull(shop.components().get("cart")).template();
        return Objects.requireNonNull(found).json();
    }

    @Test
    void everyFieldIsKeptWithItsType() {
        assertThat(json("""
                metadata:
                  labels: {tier: "back"}
                spec:
                  terminationGracePeriodSeconds: 30
                  hostIPC: False
                  containers:
                    - name: app
                      image: "cart:c1"
                      args: ["--say", 'a "b" \\ c', "1", ü]
                      env:
                        - {name: PIN, valueFrom: {secretKeyRef: {name: cart, key: pin}}}
                        - name: NOTHING
                          value:
                  volumes: [{name: tmp, emptyDir: {}}]
                """))
                .isEqualTo("{\"metadata\":{\"labels\":{\"tier\":\"back\"}},\"spec\":{\"containers\":[{\"args\":"
                        + "[\"--say\",\"a \\\"b\\\" \\\\ c\",\"1\",\"ü\"],\"env\":[{\"name\":\"PIN\",\"valueFrom\":"
                        + "{\"secretKeyRef\":{\"key\":\"pin\",\"name\":\"cart\"}}},{\"name\":\"NOTHING\"}],"
                        + "\"image\":\"cart:c1\",\"name\":\"app\"}],\"hostIPC\":false,"
                        + "\"terminationGracePeriodSeconds\":30,\"volumes\":[{\"emptyDir\":{},\"name\":\"tmp\"}]}}");
    }

    @Test
    void equalTemplatesAreEqualHoweverTheyAreWritten() {
        assertThat(json("{spec: {restartPolicy: Always, containers: [{name: app, image: a}]}}"))
                .isEqualTo(json("""
                        spec:
                          containers: [&app {image: "a", name: app}]
                          restartPolicy: 'Always'
                        """));
    }

    @Test
    void itsFieldsHaveNoPositions() {
        ReadResult read = read("""
                spec:
                  containers:
                    - name: app
                      ports: [{containerPort: 80}]
                """);

        // The position of the nearest field that has one stands in.
        assertThat(read.manifests()
                        .get(0)
                        .at("spec.components.cart.template.spec.containers[0].ports[0].containerPort")
                        .line())
                .isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "text | 10:9 WrongType | expected a mapping",
                "{} | 10:9 MissingField | needs the field \"spec\"",
                "{spec: {}} | 10:16 MissingField | needs the field \"containers\"",
                "{spec: {containers: []}} | 10:29 InvalidValue | expected a container",
                "{spec: {containers: {app: {image: a}}}} | 10:29 WrongType | expected a list",
                "{spec: {containers: [{image: a}]}} | 10:30 MissingField | needs the field \"name\"",
                "{containers: [{name: app}], spec: {containers: [{name: app}]}} | 10:10 UnknownField | containers",
                "{spec: {containers: [{name: app, tty: yes}]}} | 10:47 UnquotedText | other YAML parsers",
                "{spec: {containers: [{name: app, name: b}]}} | 10:42 DuplicateName | twice",
                "{metadata: {labels: {kitsune.dev/version: c2}}, spec: {containers: [{name: app}]}}"
                        + " | 10:29 InvalidValue | Kitsune sets the label kitsune.dev/version itself"
            })
    void aMistakeIsFoundAtItsPosition(String template, String problem, String words) {
        assertThat(read(template).problems()).singleElement().satisfies(found -> {
            assertThat(found.position().line() + ":" + found.position().column() + " " + found.code())
                    .isEqualTo(problem);
            assertThat(found.message()).contains(words);
        });
    }
}
