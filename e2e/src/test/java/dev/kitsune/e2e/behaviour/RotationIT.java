package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes changes under load. At least a thousand requests each before, during and after a change have correct answers.
 */
class RotationIT {
    private static final int MANY = 1000;

    @TempDir
    Path temp;

    private Mesh mesh;
    private volatile Set<Visit> blue = Set.of(Visit.of("Blue", "c1", "key-of-blue"));
    private final Set<Visit> green = Set.of(Visit.of("Green", "c2", "key-of-green"));

    @BeforeEach
    void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        mesh.folder().write("blue.yaml", LiveShop.virtualEnvironment("blue", "Blue", "c1"));
        mesh.folder().writeSecret("pay", "blue", "key-of-blue");
        LiveShop.addGreen(mesh.folder());
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void aCredentialIsRotatedWithoutALostRequest() throws Exception {
        change(Visit.of("Blue", "c1", "rotated+\"%"), () -> mesh.folder().writeSecret("pay", "blue", "rotated+\"%"));
    }

    @Test
    void aComponentVersionIsChangedWithoutALostRequest() throws Exception {
        change(Visit.of("Blue", "c2", "key-of-blue"), () -> mesh.folder()
                .write("blue.yaml", LiveShop.virtualEnvironment("blue", "Blue", "c2")));
    }

    @Test
    void aVariableIsChangedWithoutALostRequest() throws Exception {
        change(Visit.of("Navy", "c1", "key-of-blue"), () -> mesh.folder()
                .write("blue.yaml", LiveShop.virtualEnvironment("blue", "Navy", "c1")));
    }

    private void change(Visit then, Change change) throws Exception {
        Visit before = blue.iterator().next();
        try (Load load = load()) {
            load.awaitMore(MANY);
            blue = Set.of(before, then);
            change.make();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> LiveShop.fault(
                            new VirtualEnvironmentName("blue"),
                            mesh.send(LiveShop.visit(new VirtualEnvironmentName("blue"))),
                            Set.of(then))
                    .isEmpty());
            load.awaitMore(MANY);
            blue = Set.of(then);
            load.awaitMore(MANY);
            assertThat(load.failures()).isEmpty();
            assertThat(load.failed()).isZero();
        }
        assertNothingWasRepeated();
    }

    private Load load() {
        return new Load(
                mesh.client(),
                4,
                List.of(
                        LiveShop.check(new VirtualEnvironmentName("blue"), () -> blue),
                        LiveShop.check(new VirtualEnvironmentName("green"), () -> green),
                        LiveShop.check(new VirtualEnvironmentName("main"), () -> Set.of(LiveShop.MAIN))));
    }

    private void assertNothingWasRepeated() throws Exception {
        for (EnvoyProcess envoy : mesh.envoys()) {
            assertThat(envoy.admin().sum("upstream_rq_retry$")).as(envoy.name()).isZero();
            assertThat(envoy.admin().sum("update_rejected$")).as(envoy.name()).isZero();
        }
    }

    private interface Change {
        void make() throws Exception;
    }
}
