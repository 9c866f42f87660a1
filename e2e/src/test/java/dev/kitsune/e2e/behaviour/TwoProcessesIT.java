package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that started at different times serve one folder, and answer requests in the same way. */
class TwoProcessesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Visit GREEN = Visit.of("Green", "c2", "key-of-green");
    private static final String IN_THE_WAY = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: green, namespace: abc}
            spec: {environment: dev}
            """;

    @TempDir
    private Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final Opened opened = new Opened();
    private Mesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = opened.add(LiveShop.mesh(temp));
        mesh.folder().writeSecret("pay", "green", "key-of-green");
        mesh.folder().write("z.yaml", LiveShop.virtualEnvironment("green", "Green", "c2"));
    }

    @AfterEach
    void stop() throws Exception {
        opened.close();
    }

    private ServeProcess serve(String... options) throws IOException {
        return opened.add(ServeProcess.start(
                mesh.folder().root(),
                mesh.ports().next(),
                mesh.ports().next(),
                Files.createTempFile(temp, "serve", ".log"),
                Map.of(),
                options));
    }

    private void startEverythingBehind(ServeProcess serve) throws Exception {
        mesh.startBehind(serve.xdsPort(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
        assertServes(mesh.client(), GREEN);
    }

    /** Starts a gateway for a process, and returns a client of it. */
    private GatewayClient gatewayOf(ServeProcess serve) throws Exception {
        int port = mesh.ports().next();
        int admin = mesh.ports().next();
        Proxy gateway = new Proxy.GatewayProxy("127.0.0.1", port, Scopes.ON_DEMAND);
        opened.add(EnvoyProcess.start(
                        envoy,
                        "gateway-" + port,
                        BootstrapText.of(gateway, serve.xdsPort(), admin),
                        admin,
                        Files.createTempDirectory(temp, "gateway")))
                .awaitReady(PATIENCE);
        return new GatewayClient(port, PATIENCE);
    }

    private static void assertServes(GatewayClient gateway, Visit visit) {
        LiveShop.awaitVisit(gateway, new VirtualEnvironmentName("green"), visit, PATIENCE);
    }

    private static void awaitProblem(ServeProcess serve, String code) {
        Awaitility.await(code).atMost(PATIENCE).until(() -> serve.get("/api/problems")
                .contains(code));
    }

    private static void assertSaysTheSame(ServeProcess one, ServeProcess other) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.get("/api/problems"))
                .isEqualTo(one.get("/api/problems")));
    }

    @Test
    void theFirstOwnerOfANameKeepsItInAProcessThatStartsLater() throws Exception {
        ServeProcess first = serve();
        startEverythingBehind(first);
        mesh.folder().write("a.yaml", IN_THE_WAY);
        awaitProblem(first, "DuplicateName");

        ServeProcess second = serve("--state", temp.resolve("state").toString());

        assertServes(gatewayOf(second), GREEN);
        assertServes(mesh.client(), GREEN);
        assertSaysTheSame(first, second);
    }

    @Test
    void aProcessThatStartsWhileAnObjectIsInvalidServesItsLastGoodVersion() throws Exception {
        ServeProcess first = serve();
        startEverythingBehind(first);
        mesh.folder().edit("z.yaml", "parent: main", "parent: nobody");
        awaitProblem(first, "MissingParent");

        ServeProcess follows = serve(
                "--follow", "--state", mesh.folder().root().resolve(".kitsune").toString());
        ServeProcess alone = serve("--state", temp.resolve("state").toString());

        for (ServeProcess other : new ServeProcess[] {follows, alone}) {
            assertServes(gatewayOf(other), GREEN);
            assertSaysTheSame(first, other);
        }
        assertServes(mesh.client(), GREEN);
    }

    @Test
    void bothServeTheDecisionOfOne() throws Exception {
        ServeProcess first = serve();
        startEverythingBehind(first);
        GatewayClient other = gatewayOf(serve("--follow"));
        assertServes(other, GREEN);

        mesh.folder().edit("z.yaml", "Green", "Blue");
        Visit blue = Visit.of("Blue", "c2", "key-of-green");
        assertServes(mesh.client(), blue);
        assertServes(other, blue);

        first.kill();
        assertServes(other, blue);
    }
}
