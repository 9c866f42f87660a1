package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real API server with the definitions of the Gateway API accepts the Gateway and the route of the page on kubectl. */
@ExtendWith(SharedApiServer.class)
class GatewayApiIT {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final String GROUP = "gateway.networking.k8s.io/v1";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    private final ApiServer server;
    private final String namespace;

    private record Run(int exitCode, String printed) {}

    GatewayApiIT(ApiServer server) {
        this.server = server;
        this.namespace = server.newNamespace("ways-in");
    }

    @BeforeAll
    static void installDefinitions(ApiServer server) throws Exception {
        String definitions = SharedApiServer.gatewayApi().toString();
        succeeds(kubectl(server, "apply", "--server-side", "-f", definitions));
        succeeds(kubectl(server, "wait", "--for=condition=Established", "--timeout=60s", "-f", definitions));
    }

    @Test
    void theDocumentedObjectsAreAccepted() throws Exception {
        succeeds(apply(documented()));

        GenericKubernetesResource gateway = stored("Gateway", "public");
        GenericKubernetesResource route = stored("HTTPRoute", "kitsune-gateway");
        assertThat(gateway.<Object>get("spec", "listeners", 0, "hostname"))
                .as("the listener takes every host")
                .isNull();
        assertThat(route.<List<String>>get("spec", "hostnames"))
                .containsExactly("*.preview.example.com", "shop.example.com");
        assertThat(route.<String>get("spec", "parentRefs", 0, "name")).isEqualTo("public");
        assertThat(route.<List<?>>get("spec", "rules")).hasSize(1);
        assertThat(route.<Object>get("spec", "rules", 0, "filters"))
                .as("what could change headers")
                .isNull();
        assertThat(route.<String>get("spec", "rules", 0, "matches", 0, "path", "value"))
                .as("the path by default")
                .isEqualTo("/");
        assertThat(route.<String>get("spec", "rules", 0, "backendRefs", 0, "name"))
                .isEqualTo("kitsune-gateway");
        assertThat(route.<Integer>get("spec", "rules", 0, "backendRefs", 0, "port"))
                .isEqualTo(80);
    }

    /** Without these refusals, an accepted object would say nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostnames:             | hostname:             | .spec.hostname: field not declared in schema",
                "*.preview.example.com  | preview.*.example.com | spec.hostnames[0]",
                "kitsune-gateway, port: 80 | kitsune-gateway    | Must have port for Service reference",
                "protocol: HTTP,        | protocol: HTTP, tls: {mode: Terminate}, | tls must not be specified"
            })
    void aWrongObjectIsRefused(String right, String wrong, String message) throws Exception {
        assertThat(documented()).contains(right);

        Run run = apply(documented().replace(right, wrong));

        assertThat(run.exitCode()).as(run.printed()).isNotZero();
        assertThat(run.printed()).contains(message);
    }

    private static String documented() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(Repository.root().resolve("docs/kubectl.md")))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains(GROUP))
                .toList();
        assertThat(blocks).as("blocks with objects of the Gateway API").hasSize(1);
        return blocks.get(0);
    }

    private GenericKubernetesResource stored(String kind, String name) {
        return Objects.requireNonNull(
                server.client()
                        .genericKubernetesResources(GROUP, kind)
                        .inNamespace(namespace)
                        .withName(name)
                        .get(),
                kind);
    }

    private Run apply(String manifests) throws Exception {
        Path file = Files.writeString(folder.resolve("manifests.yaml"), manifests);
        return kubectl(server, "apply", "--server-side", "--validate=strict", "-n", namespace, "-f", file.toString());
    }

    private static Run kubectl(ApiServer server, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                SharedApiServer.kubectl().toString(),
                "--kubeconfig",
                server.kubeconfig().toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess process = ChildProcess.start(command, folder.resolve("kubectl.log"))) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs; %s", process.log()).isFalse();
            return new Run(process.exitCode(), process.log());
        }
    }

    private static void succeeds(Run run) {
        assertThat(run.exitCode()).as(run.printed()).isZero();
    }
}
