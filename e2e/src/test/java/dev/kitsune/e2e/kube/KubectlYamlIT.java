package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.model.manifest.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl makes of YAML before Kitsune sees it, as the table on the page about kubectl says. */
@ExtendWith(SharedApiServer.class)
class KubectlYamlIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    /** The API server is shared with tests that read all of it. */
    @AfterEach
    void clean(ApiServer server) {
        server.client()
                .genericKubernetesResources(Kind.API_VERSION, Kind.VirtualEnvironment.name())
                .inAnyNamespace()
                .withField("metadata.name", "yaml")
                .delete();
    }

    private record CalledKubectl(int exitCode, String text) {}

    /** Applies a virtual environment, and returns what kubectl said. */
    private CalledKubectl apply(ApiServer server, String namespace, String spec, String... options) throws Exception {
        Path file = Files.writeString(folder.resolve("object.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: yaml, namespace: %s}
                spec: %s
                """.formatted(namespace, spec));
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", file.toString()));
        arguments.addAll(List.of(options));
        return kubectl(server, arguments);
    }

    private JsonNode stored(ApiServer server, String namespace) throws Exception {
        CalledKubectl run =
                kubectl(server, List.of("get", "virtualenvironment", "yaml", "-n", namespace, "-o", "json"));
        assertThat(run.exitCode()).as(run.text()).isZero();
        return new ObjectMapper().readTree(run.text()).path("spec");
    }

    private CalledKubectl kubectl(ApiServer server, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                SharedApiServer.programs().find("kubectl", System.err::println).toString(),
                "--kubeconfig",
                server.kubeconfig().toString()));
        command.addAll(arguments);
        Path log = folder.resolve("kubectl");
        try (ChildProcess process = ChildProcess.of(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log)) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs").isFalse();
            return new CalledKubectl(process.exitCode(), process.log());
        }
    }

    @Test
    void aKeyThatIsAWordForNoBecomesFalse(ApiServer server) throws Exception {
        String namespace = server.newNamespace("yaml");

        CalledKubectl run =
                apply(server, namespace, "{environment: dev, data: {variables: {n: one, yes: two, \"y\": three}}}");

        assertThat(run.exitCode()).as(run.text()).isZero();
        assertThat(stored(server, namespace).at("/data/variables").toString())
                .isEqualTo("{\"false\":\"one\",\"true\":\"two\",\"y\":\"three\"}");
    }

    @Test
    void aVersionThatLooksLikeANumberLosesItsZero(ApiServer server) throws Exception {
        String namespace = server.newNamespace("yaml");

        CalledKubectl run = apply(
                server,
                namespace,
                "{environment: dev, components: {cart: 1.10, items: '1.10'}, data: {variables: {build: 1.10}}}");

        assertThat(run.exitCode()).as(run.text()).isZero();
        assertThat(stored(server, namespace).path("components").toString())
                .isEqualTo("{\"cart\":1.1,\"items\":\"1.10\"}");
        assertThat(stored(server, namespace).at("/data/variables/build").toString())
                .isEqualTo("1.1");
    }

    @Test
    void nullIsDropped(ApiServer server) throws Exception {
        String namespace = server.newNamespace("yaml");

        CalledKubectl run =
                apply(server, namespace, "{environment: dev, data: {variables: {empty: null, none: , text: ''}}}");

        assertThat(run.exitCode()).as(run.text()).isZero();
        assertThat(stored(server, namespace).at("/data/variables").toString()).isEqualTo("{\"text\":\"\"}");
    }

    @Test
    void unknownFieldsArePrunedSilentlyWithoutValidation(ApiServer server) throws Exception {
        String namespace = server.newNamespace("yaml");
        String spec = "{environment: dev, expiresAftr: {idle: 7d}}";

        CalledKubectl usual = apply(server, namespace, spec);
        CalledKubectl unchecked = apply(server, namespace, spec, "--validate=false");

        assertThat(usual.exitCode()).isEqualTo(1);
        assertThat(usual.text()).contains("unknown field \"spec.expiresAftr\"");
        assertThat(unchecked.exitCode()).as(unchecked.text()).isZero();
        assertThat(unchecked.text()).doesNotContain("expiresAftr");
        assertThat(stored(server, namespace).toString()).isEqualTo("{\"environment\":\"dev\"}");
    }
}
