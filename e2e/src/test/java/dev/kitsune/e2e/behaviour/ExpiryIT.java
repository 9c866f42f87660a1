package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends requests through real Envoys to virtual environments that expire. */
class ExpiryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String OLD = LiveShop.virtualEnvironment("old", "Old", "c2") + "  expiresAfter: {age: 8s}\n";
    private static final String PINNED = OLD.replace("8s", "1s, pinned: true");

    private static final String CHILD = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: child, namespace: shop}
            spec: {parent: old}
            """;
    private static final LiveShop.Visit GREEN = LiveShop.Visit.of("Green", "c2", "key-of-green");
    private static final LiveShop.Visit VISIT = LiveShop.Visit.of("Old", "c2", "key-of-old");

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    private Path manifests() throws Exception {
        Path in = LiveShop.write(Files.createDirectory(temp.resolve("in")));
        Files.writeString(in.resolve("secrets").resolve("pay").resolve("old"), "key-of-old\n");
        return in;
    }

    private static void assertServes(Mesh mesh, VirtualEnvironmentName virtualEnvironment, LiveShop.Visit visit) {
        LiveShop.awaitVisit(mesh.client(), virtualEnvironment, visit, PATIENCE);
    }

    private static void assertExpired(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.text()).contains("has expired", "virtual environment old");
    }

    private static void awaitExpiry(Mesh mesh) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertExpired(mesh.send(LiveShop.visit(new VirtualEnvironmentName("old")))));
    }

    /** Until it ends, its child shares its routes, its clusters and its credentials. */
    @Test
    void itEndsByAgeOnEveryPathAndNoRequestOfAnotherIsLost() throws Exception {
        try (Mesh mesh = new Mesh(manifests(), temp.resolve("mesh")).start(envoy)) {
            Instant written = Instant.now();
            mesh.folder().write("old.yaml", PINNED);
            mesh.folder().write("child.yaml", CHILD);
            assertServes(mesh, new VirtualEnvironmentName("old"), VISIT);
            assertServes(mesh, new VirtualEnvironmentName("child"), VISIT);
            String age = Duration.between(written, Instant.now()).toSeconds() + 5 + "s";
            mesh.folder().write("old.yaml", OLD.replace("8s", age));
            try (Load load = new Load(
                    mesh.client(),
                    4,
                    List.of(
                            LiveShop.check(new VirtualEnvironmentName("child"), () -> Set.of(VISIT)),
                            LiveShop.check(new VirtualEnvironmentName("main"), () -> Set.of(LiveShop.MAIN))))) {
                awaitExpiry(mesh);
                load.awaitMore(1000);
                assertThat(load.failures()).isEmpty();
            }

            Call call = Call.get("http://cart/items").in(new VirtualEnvironmentName("old"));
            assertExpired(mesh.appOf("frontend").send(call));
            assertExpired(mesh.appOf("frontend")
                    .send(Call.get("http://payments/charge").in(new VirtualEnvironmentName("old"))));
            assertExpired(mesh.callerOf("cart-two").send(call));

            mesh.folder().write("old.yaml", PINNED);
            assertServes(mesh, new VirtualEnvironmentName("old"), VISIT);
            mesh.folder().edit("old.yaml", "pinned: true", "pinned: false");
            awaitExpiry(mesh);
            mesh.folder().edit("old.yaml", "age: 1s", "age: 30d");
            assertServes(mesh, new VirtualEnvironmentName("old"), VISIT);
        }
    }

    @Test
    void theLocalPortsOfItsOwnWorkloadsAreClosedWithIt() throws Exception {
        try (Mesh mesh = new Mesh(manifests(), temp.resolve("mesh"))) {
            mesh.folder().write("old.yaml", PINNED);
            mesh.folder()
                    .edit(
                            "shop.yaml",
                            "component: frontend, version: f1,",
                            "component: frontend, version: f1, environment: old,");
            mesh.folder()
                    .edit(
                            "shop.yaml",
                            "payments: {type: Adapter}}",
                            "payments: {type: Adapter}, other: {type: Adapter}}");
            mesh.folder().write("adapter.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: other, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19802", listen: 19803}}
                    """);
            mesh.start(envoy);
            // Open connections stay open, so each attempt uses a new one.
            int port = Integer.parseInt(mesh.withRealPorts("19803"));
            Call call = Call.get("http://any/");
            Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                            new GatewayClient(port, PATIENCE)
                                    .send(call)
                                    .body()
                                    .path("api")
                                    .asText())
                    .isEqualTo("19802"));
            mesh.folder().edit("old.yaml", "pinned: true", "pinned: false");
            awaitExpiry(mesh);
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(
                            () -> new GatewayClient(port, PATIENCE).send(call))
                    .isInstanceOf(IOException.class));
        }
    }

    /** The state of an earlier process says that nobody has used both for ten hours. Then one gets a request. */
    @Test
    void anUnusedVirtualEnvironmentEndsAndARequestPostponesTheEnd() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = new Mesh(manifests(), temp.resolve("mesh"))) {
            int xds = ports.next();
            LiveShop.addGreen(mesh.folder());
            mesh.folder().edit("green.yaml", "spec:\n", "spec:\n  expiresAfter: {idle: 72h}\n");
            mesh.folder().write("old.yaml", OLD.replace("age: 8s", "idle: 72h"));
            Instant now = Instant.now();
            Seen seen = new Seen(now.minus(Duration.ofDays(2)), now.minus(Duration.ofHours(10)), null);
            try (StateFolder state =
                    new StateFolder(StateFolder.of(mesh.folder().root())).open()) {
                new SightingsFile(state)
                        .keep(new Sightings(
                                now, Map.of(virtualEnvironment("old"), seen, virtualEnvironment("green"), seen), null));
            }
            try (ServeProcess serve =
                    ServeProcess.start(mesh.folder().root(), xds, ports.next(), temp.resolve("serve"), Map.of())) {
                mesh.startBehind(xds, envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
                assertServes(mesh, new VirtualEnvironmentName("green"), GREEN);
                Awaitility.await("the request is known")
                        .atMost(PATIENCE)
                        .until(() -> serve.get("/api/environments/green").contains("\"used\":\"20"));

                mesh.folder().edit("old.yaml", "idle: 72h", "idle: 2h");
                mesh.folder().edit("green.yaml", "idle: 72h", "idle: 2h");
                Awaitility.await().atMost(PATIENCE).until(() -> serve.get("/api/environments/old")
                        .contains("Expired"));
                awaitExpiry(mesh);
                assertServes(mesh, new VirtualEnvironmentName("green"), GREEN);
                assertThat(serve.get("/api/problems"))
                        .contains("VirtualEnvironment/shop/old")
                        .doesNotContain("VirtualEnvironment/shop/green");
            }
        }
    }

    private static ObjectKey virtualEnvironment(String name) {
        return new ObjectKey(Kind.VirtualEnvironment, "shop", name);
    }

    @Test
    void aRestartedControlPlaneKnowsTheExpiry() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = new Mesh(manifests(), temp.resolve("mesh"))) {
            int xds = ports.next();
            int http = ports.next();
            mesh.folder().write("old.yaml", OLD);
            try (ServeProcess first =
                    ServeProcess.start(mesh.folder().root(), xds, http, temp.resolve("1"), Map.of())) {
                mesh.startBehind(xds, envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
                awaitExpiry(mesh);
                Awaitility.await().atMost(PATIENCE).until(() -> first.get("/api/environments/old")
                        .contains("Expired"));
                first.kill();
            }
            try (ServeProcess second =
                    ServeProcess.start(mesh.folder().root(), xds, http, temp.resolve("2"), Map.of())) {
                assertThat(second.get("/api/problems")).contains("it is older than 8s");
                mesh.replaceGateway();
                assertExpired(mesh.send(LiveShop.visit(new VirtualEnvironmentName("old"))));
                assertServes(mesh, new VirtualEnvironmentName("main"), LiveShop.MAIN);
            }
        }
    }
}
