package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
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

/** Virtual environments are created, changed and deleted while others are in use. */
class LifecycleIT {
    @TempDir
    Path temp;

    @Test
    void aVirtualEnvironmentIsCreatedChangedAndDeletedWithoutAFailedRequestElsewhere() throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp)) {
            LiveShop.addGreen(mesh.folder());
            mesh.start(EnvoyBinary.find(System.err::println));
            Set<Visit> green = Set.of(Visit.of("Green", "c2", "key-of-green"));
            try (Load load = new Load(
                    mesh.client(),
                    4,
                    List.of(
                            LiveShop.check(new VirtualEnvironmentName("green"), () -> green),
                            LiveShop.check(new VirtualEnvironmentName("main"), () -> Set.of(LiveShop.MAIN))))) {
                load.awaitMore(1000);
                for (int round = 1; round <= 3; round++) {
                    String key = "key-of-guest-" + round;
                    mesh.folder().writeSecret("pay", "guest", key);
                    mesh.folder().write("guest.yaml", LiveShop.virtualEnvironment("guest", "One", "c1"));
                    awaitVisit(mesh, Visit.of("One", "c1", key));
                    mesh.folder().write("guest.yaml", LiveShop.virtualEnvironment("guest", "Two", "c2"));
                    awaitVisit(mesh, Visit.of("Two", "c2", key));
                    mesh.folder().delete("guest.yaml");
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(30))
                            .until(() -> mesh.send(LiveShop.visit(new VirtualEnvironmentName("guest")))
                                            .status()
                                    == 404);
                    load.awaitMore(400);
                }
                load.awaitMore(1000);
                assertThat(load.failures()).isEmpty();
                assertThat(load.failed()).isZero();
            }
            assertThat(mesh.send(LiveShop.visit(new VirtualEnvironmentName("guest")))
                            .text())
                    .contains("guest");
        }
    }

    private static void awaitVisit(Mesh mesh, Visit visit) {
        LiveShop.awaitVisit(mesh.client(), new VirtualEnvironmentName("guest"), visit, Duration.ofSeconds(30));
    }
}
