package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.MeshFolder;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends requests through real Envoys while releases wait, become active, are rolled back, and survive a restart. */
class ReleasesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String TWO = """
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-two, namespace: shop}
            spec:
              app: shop
              components:
                frontend:
                  version: f1
                  routes: [{rule: Host(`shop.localhost`)}]
                  variables: {greeting: {type: String, required: true}}
                  dependencies: {cart: {type: Component}, payments: {type: Adapter}}
                cart: {version: c2}
            """;

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    private static void assertServes(Mesh mesh, Visit visit) {
        LiveShop.awaitVisit(mesh.client(), new VirtualEnvironmentName("main"), visit, PATIENCE);
    }

    /** Runs a command, and returns its output of both streams. */
    private static String kitsune(MeshFolder folder, String... arguments) {
        StringWriter printed = new StringWriter();
        PrintWriter writer = new PrintWriter(printed, true);
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--dir";
        all[arguments.length + 1] = folder.root().toString();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(writer)
                .setErr(writer)
                .execute(all);
        assertThat(code).as(printed.toString()).isZero();
        return printed.toString();
    }

    @Test
    void aReleaseWithAProblemWaitsUntilItIsCorrectedAndARollbackStays() throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp).start(envoy)) {
            assertServes(mesh, LiveShop.MAIN);

            mesh.folder().edit("shop.yaml", "appDeployment: shop-main", "appDeployment: shop-two");
            assertThat(mesh.controlPlane()
                            .await(
                                    s -> s.problems().all().stream()
                                            .map(Problem::code)
                                            .anyMatch(ProblemCode.MissingAppDeployment::equals),
                                    PATIENCE))
                    .isPresent();
            for (int i = 0; i < 100; i++) {
                assertThat(LiveShop.fault(
                                new VirtualEnvironmentName("main"),
                                mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))),
                                Set.of(LiveShop.MAIN)))
                        .isEmpty();
            }

            mesh.folder().write("two.yaml", TWO);
            Visit two = new Visit("Hello", "c2", LiveShop.MAIN.credential());
            assertServes(mesh, two);

            assertThat(kitsune(mesh.folder(), "rollback", "main", "--wait")).contains("is active");
            assertServes(mesh, LiveShop.MAIN);
            mesh.folder().edit("shop.yaml", "greeting: Hello", "greeting: Howdy");
            assertServes(mesh, new Visit("Howdy", "c1", LiveShop.MAIN.credential()));

            assertThat(kitsune(mesh.folder(), "release", "main", "--app", "shop=shop-two", "--wait"))
                    .contains("is active");
            assertServes(mesh, new Visit("Howdy", "c2", LiveShop.MAIN.credential()));
            assertThat(kitsune(mesh.folder(), "history"))
                    .contains("Active", "Superseded", "RolledBack", "Rollback", "shop=shop-two");
        }
    }

    @Test
    void aStableReleaseSurvivesEditsAndAKilledProcessAndItsSecretsRotate() throws Exception {
        Path manifests = LiveShop.write(Files.createDirectory(temp.resolve("in")));
        Files.writeString(
                manifests.resolve("shop.yaml"),
                LiveShop.MANIFESTS
                        .replace("spec: {data:", "spec: {releasePolicy: {type: Stable}, data:")
                        .replace("appDeployment: shop-main", "appDeployment: shop-main, version: \"1\"")
                        .replace("  app: shop\n  components:", "  app: shop\n  version: \"1\"\n  components:"));
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = new Mesh(manifests, temp.resolve("mesh"))) {
            int xds = ports.next();
            int http = ports.next();
            Visit rotated = Visit.of("Hello", "c1", "rotated");
            try (ServeProcess first =
                    ServeProcess.start(mesh.folder().root(), xds, http, temp.resolve("1"), Map.of())) {
                mesh.startBehind(xds, envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
                assertServes(mesh, LiveShop.MAIN);

                mesh.folder().edit("shop.yaml", "greeting: Hello", "greeting: Howdy");
                mesh.folder().edit("shop.yaml", "cart: {version: c1}", "cart: {version: c2}");
                mesh.folder().edit("shop.yaml", "Bearer {{.Secrets.key}}", "Token {{.Secrets.key}}");
                mesh.folder().edit("shop.yaml", "appDeployment: shop-main", "appDeployment: shop-nowhere");
                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(first.get("/api/environments/main"))
                        .contains("variable greeting", "component cart", "adapter shop/payments", "\"Pending\""));
                mesh.folder().writeSecret("pay", "main", "rotated\n");
                assertServes(mesh, rotated);
                first.kill();
            }
            try (ServeProcess second =
                    ServeProcess.start(mesh.folder().root(), xds, http, temp.resolve("2"), Map.of())) {
                mesh.replaceGateway();
                assertServes(mesh, rotated);
                assertThat(second.get("/api/environments/main")).contains("variable greeting", "\"Pending\"");
                assertThat(second.get("/metrics")).contains("kitsune_releases_pending 1.0");
            }
        }
    }
}
