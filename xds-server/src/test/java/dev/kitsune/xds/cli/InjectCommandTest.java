package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InjectCommandTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: cart
              namespace: shop
              labels: {app.kubernetes.io/part-of: shop, app.kubernetes.io/name: cart, app.kubernetes.io/version: "1.10"}
            spec: {containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path dir;

    private Run inject(String manifests, String... options) throws IOException {
        Path file = Files.writeString(dir.resolve("shop.yaml"), manifests);
        String[] all = new String[options.length + 3];
        all[0] = "inject";
        all[1] = "-f";
        all[2] = file.toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return Run.of(all);
    }

    @Test
    void aNamespaceOfTheInputCounts() throws IOException {
        String namespace =
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {kitsune.dev/inject: enabled}}}";

        assertThat(inject(POD).out()).doesNotContain("kitsune-envoy");
        assertThat(inject(POD + "---\n" + namespace).out()).contains("kitsune-envoy");
        assertThat(inject(POD, "--all").out()).contains("kitsune-envoy");
    }

    @Test
    void injectingTwiceIsInjectingOnce() throws IOException {
        String once = inject(POD, "--all").out();

        assertThat(inject(once, "--all").out()).isEqualTo(once);
    }

    @Test
    void whatIsNoPodStaysAsItIs() throws IOException {
        Run run = inject("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: c, annotations: {day: 2026-11-30, version: "1.10", commit: "12e4567", answer: "no"}}
                data: {script: "one\\n  two $x\\n"}
                """, "--all");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("day: \"2026-11-30\"", "version: \"1.10\"", "commit: \"12e4567\"", "answer: \"no\"")
                .contains("script: |\n    one\n      two $x\n");
    }

    @Test
    void aRefusalNamesFileDocumentObjectAndField() throws IOException {
        Run run = inject("""
                kind: Other
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: cart, namespace: shop}
                spec: {template: {metadata: {labels: {kitsune.dev/inject: enabled}}, spec: {hostNetwork: true}}}
                """);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("shop.yaml, document 2, Deployment shop/cart: spec.template.spec.hostNetwork: ")
                .contains("spec.template.metadata.labels[kitsune.dev/app]: ");
    }

    @Test
    void optionsComeBeforeTheSettingsOfAMesh() throws IOException {
        Path settings = Files.writeString(dir.resolve("inject.txt"), """
                xds: mesh.system.svc:18000
                inject: {mode: Explicit, uid: 5000, image: "registry.example/envoy:1"}
                capture: {excludePorts: [25]}
                """);

        String out = inject(POD, "--all", "--settings", settings.toString()).out();
        assertThat(out)
                .contains("mesh.system.svc", "runAsUser: 5000", "registry.example/envoy:1")
                .doesNotContain("kitsune-capture");
        assertThat(inject(POD, "--all", "--settings", settings.toString(), "--mode", "Transparent", "--uid", "6000")
                        .out())
                .contains("--dport 25 ", "--uid-owner 6000 ", "registry.example/envoy:1");
    }

    @Test
    void settingsThatCannotBeAreRefused() throws IOException {
        Path settings = Files.writeString(dir.resolve("inject.txt"), "inject: {imge: a}\n");

        Run run = inject(POD, "--settings", settings.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("inject.txt", "imge");
        assertThat(inject(POD, "--xds", "nowhere").exitCode()).isEqualTo(2);
    }

    @Test
    void jsonIsReadAndWritten() throws IOException {
        Run run = inject("{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}", "-o", "json");

        assertThat(run.out()).contains("\"items\" : [ ]");
    }
}
