package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.Mesh;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local port on which its sidecar listens already. */
class LocalPortIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    @Test
    void aPortOfTheSidecarsOwnStaysItsOwnAndTheOthersAreServed() throws Exception {
        try (Mesh mesh = new Mesh(LiveShop.write(Files.createDirectory(temp.resolve("in"))), temp.resolve("mesh"))) {
            mesh.folder()
                    .edit(
                            "shop.yaml",
                            "payments: {type: Adapter}}",
                            "payments: {type: Adapter}, clashing: {type: Adapter}, other: {type: Adapter}}");
            // 19101 is where callers reach the frontend.
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

            Answer visit = mesh.send(LiveShop.visit("main"));
            assertThat(LiveShop.fault("main", visit, Set.of(Visit.of("Hello", "c1", "key-of-main"))))
                    .isEmpty();
            int local = Integer.parseInt(mesh.portsInPlace("19803"));
            Answer other = new GatewayClient(local, PATIENCE).send(Call.get("http://any/"));
            assertThat(other.body().path("api").asText()).isEqualTo("19802");
            assertThat(mesh.sidecar("frontend").envoy().log()).doesNotContain("cannot listen");
        }
    }

    /** A connection that a sidecar makes to itself would make the next one, until it has no sockets left and dies. */
    @Test
    void aPortThatLeadsBackToItselfIsClosedAndTheSidecarLives() throws Exception {
        try (Mesh mesh = new Mesh(LiveShop.write(Files.createDirectory(temp.resolve("in"))), temp.resolve("mesh"))) {
            mesh.folder()
                    .edit(
                            "shop.yaml",
                            "payments: {type: Adapter}}",
                            "payments: {type: Adapter}, circle: {type: Adapter}, there: {type: Adapter},"
                                    + " back: {type: Adapter, listen: 19805}, out: {type: Adapter}}");
            mesh.folder().write("adapters.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Platform
                    metadata: {name: kitsune}
                    spec: {defaultVirtualEnvironment: main}
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: circle, namespace: shop}
                    spec: {tcp: {address: "localhost:19803", listen: 19803}}
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: there, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19805", listen: 19804}}
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: back, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19804"}}
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: out, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19802", listen: 19806}}
                    """);
            mesh.start(EnvoyBinary.find(System.err::println));

            for (String port : List.of("19803", "19804", "19805")) {
                try (Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(mesh.portsInPlace(port)))) {
                    socket.setSoTimeout((int) PATIENCE.toMillis());
                    assertThat(socket.getInputStream().read())
                            .as("port %s is closed", port)
                            .isEqualTo(-1);
                }
            }
            int local = Integer.parseInt(mesh.portsInPlace("19806"));
            Answer out = new GatewayClient(local, PATIENCE).send(Call.get("http://any/"));
            assertThat(out.body().path("api").asText()).isEqualTo("19802");
            Answer visit = mesh.send(LiveShop.visit("main"));
            assertThat(LiveShop.fault("main", visit, Set.of(Visit.of("Hello", "c1", "key-of-main"))))
                    .isEmpty();
            mesh.sidecar("frontend").envoy().requireAlive();
        }
    }
}
