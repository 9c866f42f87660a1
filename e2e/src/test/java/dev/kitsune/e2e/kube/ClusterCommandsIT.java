package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands on a real API server, as a user does with a kubeconfig. */
@ExtendWith(SharedApiServer.class)
class ClusterCommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @Test
    void checkNamesTheObjectAndTheField(ApiServer server) throws Exception {
        String namespace = server.newNamespace("check");
        apply(server, namespace, """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: %1$s}
                spec: {data: {variables: {greeting: Hello}}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %1$s-main}
                spec: {environment: %1$s}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %1$s-fix}
                spec: {parent: %1$s-man, data: {variables: {"not a name": x}}}
                """);

        Ended run = kitsune(server.kubeconfig(), "check", "--context", "test", "--namespace", namespace);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        String object = "VirtualEnvironment/" + namespace + "/" + namespace + "-fix";
        assertThat(run.out().lines())
                .anyMatch(line -> line.startsWith(object + " spec.data.variables") && line.contains(" error "))
                .allMatch(line -> line.startsWith(object + " "));
        assertThat(run.err()).contains(" error");
    }

    @Test
    void checkOfACleanNamespaceIsCode0(ApiServer server) throws Exception {
        String namespace = server.newNamespace("clean");

        Ended run = kitsune(server.kubeconfig(), "check", "-n", namespace);

        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void aContextThatIsNotThereIsCode2AndNamesTheNearest(ApiServer server) throws Exception {
        Ended run = kitsune(server.kubeconfig(), "check", "--context", "tset");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no context \"tset\"", "did you mean \"test\"?");
    }

    @Test
    void aClusterThatDoesNotAnswerIsCode2(ApiServer server) throws Exception {
        Path away = Files.writeString(
                folder.resolve("away"),
                Files.readString(server.kubeconfig())
                        .replaceFirst("https://127\\.0\\.0\\.1:\\d+", "https://127.0.0.1:1"));

        Ended run = kitsune(away, "check");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("https://127.0.0.1:1", "cannot be reached");
    }

    @Test
    void aFolderAndAClusterAreRefusedTogether(ApiServer server) throws Exception {
        Ended run = kitsune(server.kubeconfig(), "check", folder.toString(), "--context", "test");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("not both");
    }

    private static void apply(ApiServer server, String namespace, String... manifests) {
        for (String manifest : manifests) {
            String text = manifest.formatted(namespace);
            if (!text.contains("kind: Environment")) {
                text = text.replace("metadata: {", "metadata: {namespace: " + namespace + ", ");
            }
            server.client().resource(text).create();
        }
    }

    private Ended kitsune(Path kubeconfig, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dkubeconfig=" + kubeconfig,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.kitsune.Kitsune"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try (ChildProcess process = ChildProcess.of(
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start(),
                err)) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs").isFalse();
            return new Ended(
                    process.exitCode(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        }
    }
}
