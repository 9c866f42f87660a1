package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Virtual environments release rules that no Envoy accepts. Changes and secrets of all others are served, also after a
 * restart.
 */
class WrongRuleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> RULES = List.of(
            "PathPrefix(`/{a:\\Qx}`)",
            "PathPrefix(`/{a:(?P<n>x)}/{b:(?P<n>y)}`)",
            "PathPrefix(`/{a:[\\x{D800}-\\x{DFFF}]}`)",
            "PathPrefix(`/{a:(x}/{b:y)}`)");

    @TempDir
    private Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    private static String released(int number, String rule) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: wrong-%1$d, namespace: shop}
                spec: {app: shop, components: {frontend: {version: f1, routes: [{rule: '%2$s'}]}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: wrong-%1$d, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: wrong-%1$d}}}}
                """.formatted(number, rule);
    }

    private static void assertServes(Mesh mesh, Visit visit) {
        LiveShop.awaitVisit(mesh.client(), new VirtualEnvironmentName("main"), visit, PATIENCE);
    }

    @Test
    void allOthersAreServed() throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp)) {
            int xds = mesh.ports().next();
            int http = mesh.ports().next();
            Path folder = mesh.folder().root();
            try (ServeProcess first = ServeProcess.start(folder, xds, http, temp.resolve("1"), Map.of())) {
                mesh.startBehind(xds, envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
                assertServes(mesh, LiveShop.MAIN);

                for (int i = 0; i < RULES.size(); i++) {
                    mesh.folder().write("wrong-" + i + ".yaml", released(i, RULES.get(i)));
                }
                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                    String problems = first.get("/api/problems");
                    for (int i = 0; i < RULES.size(); i++) {
                        assertThat(problems).contains("wrong-" + i + ".yaml");
                    }
                    assertThat(problems).contains("RuleError").doesNotContain("KitsuneFault");
                });
                mesh.folder().edit("shop.yaml", "greeting: Hello", "greeting: Howdy");
                mesh.folder().writeSecret("pay", "main", "rotated");
                assertServes(mesh, Visit.of("Howdy", "c1", "rotated"));
                first.kill();
            }
            try (ServeProcess second = ServeProcess.start(folder, xds, http, temp.resolve("2"), Map.of())) {
                assertThat(second.get("/readyz")).isEqualTo("200 ready\n");
                mesh.replaceGateway();
                mesh.folder().edit("shop.yaml", "cart: {version: c1}", "cart: {version: c2}");
                assertServes(mesh, Visit.of("Howdy", "c2", "rotated"));
            }
        }
    }
}
