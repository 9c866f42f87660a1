package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A developer creates, changes and deletes a virtual environment on a real API server by commands. */
@ExtendWith(SharedApiServer.class)
class ClusterEnvCommandsIT {
    @Test
    void aVirtualEnvironmentLivesAndEnds(ApiServer server) throws Exception {
        String namespace = server.newNamespace("env-commands");
        String main = namespace + "-main";
        String idea = namespace + "-idea";
        server.client().resource("""
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Environment
                        metadata: {name: %s}
                        spec: {data: {variables: {greeting: Hello}}}
                        """.formatted(namespace)).create();
        CommandProcess created = kitsune(server, "env", "create", main, "-n", namespace, "--environment", namespace);
        assertThat(created.exitCode()).as(created.err()).isZero();

        created = kitsune(server, "env", "create", idea, "--parent", main, "--var", "greeting=Hi");
        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out()).contains("created " + idea, "curl -H 'kitsune-env: " + idea + "'");
        assertThat(object(server, namespace, idea).<String>get("spec", "data", "variables", "greeting"))
                .isEqualTo("Hi");

        CommandProcess again = kitsune(server, "env", "create", idea, "--parent", main);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("already");

        CommandProcess set = kitsune(server, "env", "set", idea, "--var", "greeting=Ahoy", "--expires-idle", "8h");
        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(object(server, namespace, idea).<String>get("spec", "data", "variables", "greeting"))
                .isEqualTo("Ahoy");
        assertThat(object(server, namespace, idea).<String>get("spec", "expiresAfter", "idle"))
                .isEqualTo("8h");

        CommandProcess refused = kitsune(server, "env", "set", idea, "--component", "nothing=n1");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("nothing was written");

        CommandProcess shown = kitsune(server, "env", "show", idea);
        assertThat(shown.out()).contains("Ahoy", "VirtualEnvironment/" + namespace + "/" + main);
        assertThat(kitsune(server, "env", "list", "-n", namespace, "-o", "name").out())
                .isEqualTo(idea + "\n" + main + "\n");

        assertThat(kitsune(server, "env", "delete", idea).exitCode()).isZero();
        assertThat(kitsune(server, "env", "list", "-n", namespace, "-o", "name").out())
                .isEqualTo(main + "\n");
    }

    private static GenericKubernetesResource object(ApiServer server, String namespace, String name) {
        return server.client()
                .genericKubernetesResources("kitsune.dev/v1alpha1", "VirtualEnvironment")
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    private static CommandProcess kitsune(ApiServer server, String... arguments)
            throws IOException, InterruptedException {
        return CommandProcess.of(server.kubeconfig(), arguments);
    }
}
