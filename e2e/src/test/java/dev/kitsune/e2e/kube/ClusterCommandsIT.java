package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands on a real API server, as a user does with a kubeconfig. */
@ExtendWith(SharedApiServer.class)
class ClusterCommandsIT {
    @TempDir
    Path folder;

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

        CommandProcess run =
                CommandProcess.of(server.kubeconfig(), "check", "--context", "test", "--namespace", namespace);

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

        CommandProcess run = CommandProcess.of(server.kubeconfig(), "check", "-n", namespace);

        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void aContextThatIsNotThereIsCode2AndNamesTheNearest(ApiServer server) throws Exception {
        CommandProcess run = CommandProcess.of(server.kubeconfig(), "check", "--context", "tset");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no context \"tset\"", "did you mean \"test\"?");
    }

    @Test
    void aClusterThatDoesNotAnswerIsCode2(ApiServer server) throws Exception {
        Path away = Files.writeString(
                folder.resolve("away"),
                Files.readString(server.kubeconfig())
                        .replaceFirst("https://127\\.0\\.0\\.1:\\d+", "https://127.0.0.1:1"));

        CommandProcess run = CommandProcess.of(away, "check");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("https://127.0.0.1:1", "cannot be reached");
    }

    @Test
    void aFolderAndAClusterAreRefusedTogether(ApiServer server) throws Exception {
        CommandProcess run = CommandProcess.of(server.kubeconfig(), "check", folder.toString(), "--context", "test");

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
}
