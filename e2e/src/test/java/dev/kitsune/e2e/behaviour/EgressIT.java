package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.mesh.Mesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app that uses its sidecar as its proxy, as for HTTPS, can open tunnels to allowed targets. */
class EgressIT {
    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    @Test
    void aTunnelCarriesOnlyTheBytesOfTheApp() throws Exception {
        try (Mesh mesh = mesh("{egress: Any, adapterTargets: [Loopback]}")) {
            String host = mesh.withRealPorts("localhost:19701");
            try (Tunnel tunnel = new Tunnel(mesh, host, "main")) {
                assertThat(tunnel.answer).startsWith("HTTP/1.1 200");
                String said = tunnel.sendAndRead(
                        "GET /in-the-tunnel HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n");
                assertThat(said)
                        .startsWith("HTTP/1.1 200")
                        .contains("/in-the-tunnel")
                        .doesNotContain("kitsune-");
            }
            Answer answer = PriorKnowledge.get(mesh.sidecar("frontend").outboundPort(), host, "/by-http2", "main");
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.body().path("protocol").asText()).isEqualTo("HTTP/1.1");
            try (Tunnel tunnel = new Tunnel(mesh, "169.254.169.254:443", "main")) {
                assertThat(tunnel.answer).startsWith("HTTP/1.1 403");
            }
            try (Tunnel tunnel = new Tunnel(mesh, "nowhere.invalid:443", "main")) {
                assertThat(tunnel.answer).startsWith("HTTP/1.1 503");
            }
            try (Tunnel tunnel = new Tunnel(mesh, host, "nowhere")) {
                assertThat(tunnel.answer).startsWith("HTTP/1.1 404");
            }
        }
    }

    @Test
    void aTunnelIsRefusedIfOnlyDeclaredDependenciesMayBeCalled() throws Exception {
        try (Mesh mesh = mesh("{egress: Declared}");
                Tunnel tunnel = new Tunnel(mesh, mesh.withRealPorts("localhost:19701"), "main")) {
            assertThat(tunnel.answer).startsWith("HTTP/1.1 403");
        }
    }

    private Mesh mesh(String platform) throws Exception {
        Mesh mesh = LiveShop.mesh(temp);
        mesh.folder().write("platform.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: %s
                """.formatted(platform));
        return mesh.start(envoy);
    }

    /** One connection to the sidecar of the frontend, with its answer to CONNECT. */
    private static final class Tunnel implements AutoCloseable {
        private final Socket socket;
        private final String answer;

        Tunnel(Mesh mesh, String host, String virtualEnvironment) throws IOException {
            int port = mesh.sidecar("frontend").outboundPort();
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
            write("CONNECT " + host + " HTTP/1.1\r\nhost: " + host + "\r\nkitsune-env: " + virtualEnvironment
                    + "\r\n\r\n");
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    break;
                }
                head.append((char) next);
            }
            answer = head.toString();
        }

        /** Sends a text, and returns everything that arrives until the other side ends the connection. */
        String sendAndRead(String text) throws IOException {
            write(text);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        private void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
