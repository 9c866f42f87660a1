package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of repair on the page about Kubernetes, after a definition was deleted. */
class LostDefinitionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NAME = "virtualenvironments.kitsune.dev";
    private static final Pattern ERRORS = Pattern.compile("kitsune_problems\\{[^}]*severity=\"error\"[^}]*} (\\d+)");

    @TempDir
    private Path folder;

    @Test
    void whatWasLostIsShownUntilItIsCreatedAgain() throws Exception {
        try (ApiServer server = ApiServer.start(SharedApiServer.programs(), folder)) {
            server.installDefinitions();
            ServedCluster cluster = new ServedCluster(server, "shop");
            for (String namespace : new String[] {"shop", ServedCluster.SYSTEM}) {
                cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
            }
            cluster.environment("dev");
            cluster.virtualEnvironment("main", "{environment: dev}");
            try (ControlPlane replica = cluster.replica("one")) {
                assertThat(serves(replica)).isTrue();

                server.client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(NAME)
                        .delete();
                await().atMost(PATIENCE)
                        .until(() -> server.client()
                                        .apiextensions()
                                        .v1()
                                        .customResourceDefinitions()
                                        .withName(NAME)
                                        .get()
                                == null);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(replica, "/api/problems"))
                        .contains("install the definitions of Kitsune again"));
                server.installDefinitions();

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(get(replica, "/api/problems"))
                            .contains("EmptyFolder", NAME, "VirtualEnvironment/shop/main", "create them again");
                    assertThat(errors(replica)).isPositive();
                });
                assertThat(serves(replica)).as("it is still served").isTrue();

                await().atMost(PATIENCE)
                        .ignoreException(KubernetesClientException.class)
                        .untilAsserted(() -> cluster.virtualEnvironment("main", "{environment: dev}"));
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(get(replica, "/api/problems")).doesNotContain("EmptyFolder");
                    assertThat(errors(replica)).isZero();
                });
            }
            try (ControlPlane restarted = cluster.replica("two")) {
                assertThat(serves(restarted))
                        .as("a restarted replica has it, too")
                        .isTrue();
            }
        }
    }

    private static boolean serves(ControlPlane replica) {
        return Objects.requireNonNull(replica.state().snapshot()).virtualEnvironment(new VirtualEnvironmentName("main"))
                != null;
    }

    private static int errors(ControlPlane replica) throws IOException, InterruptedException {
        return ERRORS.matcher(get(replica, "/metrics"))
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElseThrow();
    }

    private static String get(ControlPlane replica, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + replica.httpPort() + path);
        return PlainClient.create()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }
}
