package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An edit of live data makes the rules of two active releases equal. */
class EqualRulesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec: {app: shop, components: {frontend: {version: f1, routes: [{rule: "Host(`{{.Vars.host}}`)"}]}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: frontend, namespace: shop}
            spec: {app: shop, component: frontend, version: f1, endpoints: [{address: 127.0.0.1, port: 19101}]}
            """;

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    private static String virtualEnvironment(String name, String host) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec:
                  environment: dev
                  data: {variables: {host: %s}}
                  release: {apps: {shop: {appDeployment: shop-main}}}
                """.formatted(name, host);
    }

    /** Returns the status and the virtual environment of the answer to a request without context. */
    private static String answer(Mesh mesh, String host) throws Exception {
        Answer answer = mesh.client().send(Call.get("http://" + host + "/"));
        return answer.status() + " " + answer.headers().getOrDefault("kitsune-env", List.of());
    }

    private static void awaitAnswer(Mesh mesh, String host, String expected) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(answer(mesh, host))
                .isEqualTo(expected));
    }

    private static void awaitProblem(ServeProcess serve, String problems, boolean there) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        serve.get("/api/problems").contains(problems))
                .isEqualTo(there));
    }

    @Test
    void theFirstReleaseStillAnswersAndAlsoAfterARestart() throws Exception {
        Path manifests = Files.createDirectory(temp.resolve("in"));
        Files.writeString(manifests.resolve("shop.yaml"), SHOP);
        Files.writeString(manifests.resolve("zeta.yaml"), virtualEnvironment("zeta", "shop.localhost"));
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = new Mesh(manifests, temp.resolve("mesh"))) {
            int xds = ports.next();
            int http = ports.next();
            try (ServeProcess first =
                    ServeProcess.start(mesh.folder().root(), xds, http, temp.resolve("1"), Map.of())) {
                mesh.startBehind(xds, envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
                awaitAnswer(mesh, "shop.localhost", "200 [zeta]");

                // It is the first by name and by file, but still the later release.
                mesh.folder().write("alpha.yaml", virtualEnvironment("alpha", "alpha.localhost"));
                awaitAnswer(mesh, "alpha.localhost", "200 [alpha]");
                mesh.folder().edit("alpha.yaml", "alpha.localhost", "shop.localhost");
                awaitProblem(first, "RouteConflict", true);
                awaitAnswer(mesh, "alpha.localhost", "404 []");
                for (int i = 0; i < 50; i++) {
                    assertThat(answer(mesh, "shop.localhost")).isEqualTo("200 [zeta]");
                }
                first.kill();
            }
            try (ServeProcess second =
                    ServeProcess.start(mesh.folder().root(), xds, http, temp.resolve("2"), Map.of())) {
                mesh.replaceGateway();
                awaitAnswer(mesh, "shop.localhost", "200 [zeta]");
                assertThat(second.get("/api/problems")).contains("RouteConflict");

                mesh.folder().edit("zeta.yaml", "shop.localhost", "zeta.localhost");
                awaitAnswer(mesh, "shop.localhost", "200 [alpha]");
                awaitAnswer(mesh, "zeta.localhost", "200 [zeta]");
                awaitProblem(second, "RouteConflict", false);
            }
        }
    }
}
