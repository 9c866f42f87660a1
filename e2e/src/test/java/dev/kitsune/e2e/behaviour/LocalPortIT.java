package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter has a local port on which its sidecar already listens. */
class LocalPortIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    @Test
    void aPortOfTheSidecarIsNotUsedAndOthersAreServed() throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp)) {
            mesh.folder()
                    .edit(
                            "shop.yaml",
                            "payments: {type: Adapter}}",
                            "payments: {type: Adapter}, clashing: {type: Adapter}, other: {type: Adapter}}");
            // 19101 is the port of the frontend's sidecar for callers.
            mesh.folder().write("adapters.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Platform
                    metadata: {name: kitsune}
                    spec: {defaultVirtualEnvironment: main}
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: clashing, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19801", listen: 19101}}
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: other, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19802", listen: 19803}}
                    """);
            mesh.start(EnvoyBinary.find(System.err::println));

            Answer visit = mesh.send(LiveShop.visit(new VirtualEnvironmentName("main")));
            assertThat(LiveShop.fault(
                            new VirtualEnvironmentName("main"), visit, Set.of(Visit.of("Hello", "c1", "key-of-main"))))
                    .isEmpty();
            int local = Integer.parseInt(mesh.withRealPorts("19803"));
            Answer other = new GatewayClient(local, PATIENCE).send(Call.get("http://any/"));
            assertThat(other.body().path("api").asText()).isEqualTo("19802");
            assertThat(mesh.sidecar("frontend").envoy().log()).doesNotContain("cannot listen");
        }
    }
}
