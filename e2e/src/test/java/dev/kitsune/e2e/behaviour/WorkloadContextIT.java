package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A workload gets another context for calls without one, while requests pass its sidecar. Its listeners have other names
 * then: Envoy replaces each of them by another one at the same port. No request is lost.
 */
class WorkloadContextIT {
    private static final VirtualEnvironmentName GREEN = new VirtualEnvironmentName("green");
    private static final String FRONTEND = "component: frontend, version: f1,";
    private static final int MANY = 1000;

    @TempDir
    Path temp;

    @Test
    void noRequestIsLostWhenTheContextOfAWorkloadChanges() throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp)) {
            mesh.folder().edit("shop.yaml", FRONTEND, FRONTEND + " environment: main,");
            LiveShop.addGreen(mesh.folder());
            mesh.start(EnvoyBinary.find(System.err::println));
            Set<Visit> green = Set.of(Visit.of("Green", "c2", "key-of-green"));
            LiveShop.awaitVisit(mesh.client(), GREEN, green.iterator().next(), Duration.ofMinutes(1));
            awaitContext(mesh, "main");
            try (Load load = new Load(mesh.client(), 4, List.of(LiveShop.check(GREEN, () -> green)))) {
                load.awaitMore(MANY);
                for (int i = 0; i < 10; i++) {
                    mesh.folder().edit("shop.yaml", "environment: main,", "environment: green,");
                    awaitContext(mesh, "green");
                    load.awaitMore(50);
                    mesh.folder().edit("shop.yaml", "environment: green,", "environment: main,");
                    awaitContext(mesh, "main");
                    load.awaitMore(50);
                }
                load.awaitMore(MANY);
                assertThat(load.failures()).isEmpty();
                assertThat(load.failed()).isZero();
            }
            for (EnvoyProcess envoy : mesh.envoys()) {
                assertThat(envoy.admin().sum("upstream_rq_retry$"))
                        .as(envoy.name())
                        .isZero();
                assertThat(envoy.admin().sum("update_rejected$"))
                        .as(envoy.name())
                        .isZero();
            }
        }
    }

    /** Calls the cart without a context, as the frontend's app would. */
    private static void awaitContext(Mesh mesh, String virtualEnvironment) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            Answer answer = mesh.appOf("frontend").send(Call.get("http://cart/items"));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.receivedOne("kitsune-env")).isEqualTo(virtualEnvironment);
        });
    }
}
