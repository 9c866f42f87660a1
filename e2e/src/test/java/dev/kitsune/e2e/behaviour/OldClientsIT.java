package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.mesh.Mesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends requests of HTTP/1 like old, careful and broken clients, byte by byte, to a gateway and to a sidecar's ports.
 */
class OldClientsIT {
    private static final int PATIENCE = 30_000;
    private static final String OK = " 200 OK\r\n";

    @TempDir
    static Path temp;

    private static ServerSocket store;
    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        store.setSoTimeout(PATIENCE);
        mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit("shop.yaml", "payments: {type: Adapter}}", "payments: {type: Adapter}, store: {type: Adapter}}");
        mesh.folder().write("store.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: store, namespace: shop}
                spec: {tcp: {address: "127.0.0.1:%d"}}
                """.formatted(store.getLocalPort()));
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() throws Exception {
        mesh.close();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS/1.2", "foo", "TLS/1.2, foo/1", "h2c", "w", "websockets", "websocke"})
    void anUnknownUpgradeIsIgnored(String upgrade) throws Exception {
        String request = "GET /p HTTP/1.1\r\nHost: %s\r\nkitsune-env: main\r\nConnection: Upgrade\r\nUpgrade: "
                + upgrade + "\r\n\r\n";
        // The request is repeated, because Envoy handles the first request of a virtual environment differently.
        for (int i = 0; i < 2; i++) {
            assertThat(answer(mesh.gatewayPort(), request.formatted("shop.localhost")))
                    .startsWith("HTTP/1.1" + OK)
                    .contains("\"component\":\"frontend\"")
                    .doesNotContain(upgrade + "\"");
            assertThat(answer(mesh.sidecar("frontend").outboundPort(), request.formatted("cart")))
                    .startsWith("HTTP/1.1" + OK)
                    .contains("\"component\":\"cart\"");
            assertThat(answer(mesh.sidecar("cart-one").inboundPort(), request.formatted("cart")))
                    .startsWith("HTTP/1.1" + OK)
                    .contains("\"component\":\"cart\"");
        }
    }

    @Test
    void http10IsServedAtEveryPort() throws Exception {
        String request = "GET /p HTTP/1.0\r\nHost: %s\r\nkitsune-env: main\r\n\r\n";
        assertThat(answer(mesh.gatewayPort(), request.formatted("shop.localhost")))
                .startsWith("HTTP/1.0" + OK)
                .contains("\"component\":\"frontend\"");
        int outbound = mesh.sidecar("frontend").outboundPort();
        assertThat(answer(outbound, request.formatted("cart"))).startsWith("HTTP/1.0" + OK);
        assertThat(answer(outbound, request.formatted("payments")))
                .startsWith("HTTP/1.0" + OK)
                .contains("\"credential\"");
        assertThat(answer(mesh.sidecar("cart-one").inboundPort(), request.formatted("cart")))
                .startsWith("HTTP/1.0" + OK)
                .contains("\"component\":\"cart\"");
    }

    @Test
    void http10NeedsNoHost() throws Exception {
        String request = "GET /p HTTP/1.0\r\nkitsune-env: main\r\n\r\n";
        assertThat(answer(mesh.sidecar("cart-one").inboundPort(), request))
                .startsWith("HTTP/1.0" + OK)
                .contains("\"component\":\"cart\"");
        assertThat(answer(mesh.gatewayPort(), request))
                .startsWith("HTTP/1.0 404")
                .contains("no rule");
        assertThat(answer(mesh.sidecar("frontend").outboundPort(), request))
                .startsWith("HTTP/1.0 403")
                .contains("declares no dependency", "no-host.invalid");
    }

    @Test
    void http10KeepsAConnectionAliveIfTheClientAsksForIt() throws Exception {
        String request =
                "GET /p HTTP/1.0\r\nHost: shop.localhost\r\nkitsune-env: main\r\nConnection: keep-alive\r\n\r\n";
        try (Socket connection = open(mesh.gatewayPort())) {
            for (int i = 0; i < 2; i++) {
                connection.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(RawAnswer.of(connection)).startsWith("HTTP/1.0" + OK).contains("\"component\":\"frontend\"");
            }
        }
    }

    @Test
    void aTunnelOverHttp10ReachesADatastore() throws Exception {
        String[] heads = {
            "CONNECT store:5432 HTTP/1.0\r\n",
            "CONNECT store:5432 HTTP/1.0\r\nHost: store:5432\r\n",
            "CONNECT store.:5432 HTTP/1.0\r\n",
            "CONNECT store:5432 HTTP/1.1\r\nHost: store:5432\r\n"
        };
        for (String head : heads) {
            try (Socket app = open(mesh.sidecar("frontend").outboundPort())) {
                write(app, head + "kitsune-env: main\r\n\r\nhello");
                try (Socket datastore = store.accept()) {
                    datastore.setSoTimeout(PATIENCE);
                    assertThat(read(datastore, "hello".length())).isEqualTo("hello");
                    write(datastore, "welcome");
                    String answer = RawAnswer.headOf(app);
                    assertThat(answer).matches("HTTP/1\\.[01] 200 OK\r\n(?s:.*)");
                    assertThat(read(app, "welcome".length())).isEqualTo("welcome");
                }
            }
        }
    }

    @Test
    void anIncompleteRequestIsAnsweredAsTooLate() throws Exception {
        for (int port : new int[] {
            mesh.gatewayPort(),
            mesh.sidecar("frontend").outboundPort(),
            mesh.sidecar("cart-one").inboundPort()
        }) {
            refused(port, "GET /p HTTP/1.1\r\nHost: x\r\nkitsune-", "408", "did not arrive in time");
        }
    }

    @Test
    void aTunnelOverHttp10GetsTheSameAnswers() throws Exception {
        int outbound = mesh.sidecar("frontend").outboundPort();
        for (String target : new String[] {"cart:80", "cart.:80", "cart.shop.svc.cluster.local.:80"}) {
            assertThat(answer(outbound, "CONNECT " + target + " HTTP/1.0\r\nkitsune-env: main\r\n\r\n"))
                    .startsWith("HTTP/1.0 404")
                    .contains("no route to cart", "(virtual environment main)");
        }
    }

    @Test
    void theAnswerToAnUnreadableRequestNamesTheCauseAndNoVirtualEnvironment() throws Exception {
        for (int port : new int[] {
            mesh.gatewayPort(),
            mesh.sidecar("frontend").outboundPort(),
            mesh.sidecar("cart-one").inboundPort()
        }) {
            refused(port, "GET /p HTTP/1.1\r\n\r\n", "400", "send the header Host");
            refused(port, "GE T /p HTTP/1.1\r\nHost: x\r\n\r\n", "400", "is not valid HTTP (http1.");
            refused(port, "GET /p HTTP/1.1\r\nHost: x\r\na\u0001: b\r\n\r\n", "400", "http1.invalid_characters");
            refused(port, "GET /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501", "transfer_encoding");
            refused(port, "GET /p HTTP/1.1\r\nHost: x\r\na: " + "b".repeat(70_000) + "\r\n\r\n", "431", "60 KiB");
            refused(
                    port,
                    "GET /p HTTP/1.1\r\nHost: x\r\n" + "a: b\r\n".repeat(150) + "\r\n",
                    "431",
                    "too_many_headers");
        }
        refused(mesh.gatewayPort(), "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "404", "no rule of any released app");
        refused(mesh.gatewayPort(), "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", "404", "no rule of any released app");
        refused(mesh.gatewayPort(), "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", "400", "path of this request");
    }

    private static void refused(int port, String request, String status, String cause) throws IOException {
        assertThat(answer(port, request))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains(cause)
                .doesNotContain("(virtual environment", "environment -");
    }

    private static String answer(int port, String request) throws IOException {
        try (Socket connection = open(port)) {
            connection.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return RawAnswer.of(connection);
        }
    }

    private static Socket open(int port) throws IOException {
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), port);
        connection.setSoTimeout(PATIENCE);
        return connection;
    }

    private static String read(Socket connection, int bytes) throws IOException {
        return new String(connection.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
