package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.net.InetAddresses;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.input.FolderInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The addresses at which the chart lets Kitsune and its gateways listen accept connections of IPv4 and of IPv6. The test
 * opens these ports on all addresses of the machine for a moment, because that is what it is about.
 */
class BothFamiliesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> LOOPBACKS = List.of("127.0.0.1", "[::1]");

    @TempDir
    private Path folder;

    @BeforeAll
    static void needBoth() throws IOException {
        assumeThat(NetworkInterface.getByInetAddress(InetAddresses.forString("::1")))
                .as("the interface with the loopback address of IPv6")
                .isNotNull();
    }

    private static int status(String host, int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + host + ":" + port + path);
        return PlainClient.create()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** Java binds {@code 0.0.0.0} to all addresses of both families, where the machine has both. */
    @Test
    void theControlPlaneAndAGatewayAnswerBoth() throws Exception {
        Path manifests = Files.createDirectory(folder.resolve("manifests"));
        Files.writeString(manifests.resolve("dev.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {}
                """);
        InetSocketAddress any = new InetSocketAddress("0.0.0.0", 0);
        ControlPlane.Listening listening =
                new ControlPlane.Listening(any, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), any);
        try (LoopbackPorts ports = new LoopbackPorts();
                ControlPlane control =
                        ControlPlane.start(new FolderInput(manifests, folder.resolve("state"), false), listening)) {
            for (String host : LOOPBACKS) {
                assertThat(status(host, control.healthPort().orElseThrow(), "/readyz"))
                        .as(host)
                        .isEqualTo(200);
                try (Socket socket = new Socket(host.replaceAll("[\\[\\]]", ""), control.xdsPort())) {
                    assertThat(socket.isConnected()).as(host).isTrue();
                }
            }
            int port = ports.next();
            int admin = ports.next();
            String bootstrap = BootstrapText.of(
                            new Proxy.GatewayProxy("0.0.0.0", port, Scopes.ON_DEMAND), control.xdsPort(), admin)
                    .replace("listenAddress: 0.0.0.0", "listenAddress: '::'");
            Path program = EnvoyBinary.find(System.err::println);
            try (EnvoyProcess envoy = EnvoyProcess.start(program, "gateway-" + port, bootstrap, admin, folder)) {
                envoy.awaitReady(PATIENCE);
                for (String host : LOOPBACKS) {
                    assertThat(status(host, port, "/"))
                            .as("%s: no virtual environment is named", host)
                            .isEqualTo(404);
                }
            }
        }
    }
}
