package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.process.Signal;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A virtual environment leaves a component version that nobody else uses, and chooses it again. No request is lost.
 */
class VersionSwitchIT {
    private static final int MANY = 1000;
    private static final Set<Visit> EITHER =
            Set.of(Visit.of("Blue", "c2", "key-of-blue"), Visit.of("Blue", "c3", "key-of-blue"));

    @TempDir
    Path temp;

    private Mesh mesh;
    private ServeProcess serve;

    @BeforeEach
    void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        mesh.folder().edit("shop.yaml", "cart: {version: c1}", "cart: {version: c1, secrets: {key: {required: true}}}");
        mesh.folder().write("third.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart-three, namespace: shop}
                spec: {app: shop, component: cart, version: c3, endpoints: [{address: 127.0.0.1, port: 19104}]}
                """);
        mesh.folder().writeSecret("pay", "blue", "key-of-blue");
        run("c2");
        serve = ServeProcess.start(
                mesh.folder().root(), mesh.ports().next(), mesh.ports().next(), temp.resolve("serve.log"), Map.of());
        mesh.startBehind(serve.xdsPort(), EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, AppStarter.ECHO);
        awaitVersion("c2");
    }

    @AfterEach
    void stop() {
        mesh.close();
        serve.close();
    }

    @Test
    void noRequestIsLostInAHundredSwitches() throws Exception {
        try (Load load = load()) {
            load.awaitMore(MANY);
            for (int i = 0; i < 50; i++) {
                run("c3");
                load.awaitMore(20);
                run("c2");
                load.awaitMore(20);
            }
            awaitVersion("c2");
            Awaitility.await("what the version that was left needed is gone in the end")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> !admin("cart-three").contains("shop/cart@c3/blue"));
            run("c3");
            awaitVersion("c3");
            load.awaitMore(MANY);
            assertNothingWasLost(load);
        }
    }

    @Test
    void noRequestIsLostWhileTheControlPlaneOrASidecarIsStopped() throws Exception {
        try (Load load = load()) {
            load.awaitMore(MANY);
            for (long stopped : List.of(serve.pid(), pid("cart-two"), pid("cart-three"))) {
                Signal.STOP.sendTo(stopped);
                run("c3");
                pass(Duration.ofSeconds(4));
                Signal.CONT.sendTo(stopped);
                awaitVersion("c3");
                Signal.STOP.sendTo(stopped);
                run("c2");
                pass(Duration.ofSeconds(4));
                Signal.CONT.sendTo(stopped);
                awaitVersion("c2");
                load.awaitMore(100);
            }
            load.awaitMore(MANY);
            assertNothingWasLost(load);
        }
    }

    private void run(String version) throws IOException {
        mesh.folder().write("blue.yaml", LiveShop.virtualEnvironment("blue", "Blue", version));
    }

    private Load load() {
        return new Load(
                mesh.client(),
                4,
                List.of(new Load.Check(LiveShop.visit(new VirtualEnvironmentName("blue")), VersionSwitchIT::fault)));
    }

    private static Optional<String> fault(Answer answer) {
        return LiveShop.fault(new VirtualEnvironmentName("blue"), answer, EITHER)
                .or(() -> Optional.of(answer.calls().get(0).receivedOne("kitsune-secret-key"))
                        .filter(secret -> !secret.equals(Credential.shorten("key-of-blue")))
                        .map(secret -> "the cart saw another secret: " + answer.text()));
    }

    private void awaitVersion(String version) {
        LiveShop.awaitVisit(
                mesh.client(),
                new VirtualEnvironmentName("blue"),
                Visit.of("Blue", version, "key-of-blue"),
                Duration.ofMinutes(1));
    }

    private void assertNothingWasLost(Load load) throws Exception {
        assertThat(load.failures()).isEmpty();
        assertThat(load.failed()).isZero();
        for (EnvoyProcess envoy : mesh.envoys()) {
            assertThat(envoy.admin().sum("upstream_rq_retry$")).as(envoy.name()).isZero();
            assertThat(envoy.admin().sum("update_rejected$")).as(envoy.name()).isZero();
        }
    }

    private EnvoyProcess envoy(String workload) {
        return mesh.envoys().stream()
                .filter(envoy -> envoy.name().equals(workload))
                .findFirst()
                .orElseThrow();
    }

    private long pid(String workload) {
        return envoy(workload).pid();
    }

    private String admin(String workload) throws IOException, InterruptedException {
        return envoy(workload).admin().get("/clusters");
    }

    /** A stopped process gives no signal, so the test has to wait for some time. */
    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
    }
}
