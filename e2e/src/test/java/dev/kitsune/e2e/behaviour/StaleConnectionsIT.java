package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.Running;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * At each hop inside the mesh, a connection ends at the moment of its second request. A safe method is repeated, and
 * any other one is not. {@link RetryIT} tests adapters.
 */
class StaleConnectionsIT {
    private static final String UNANSWERED = " unanswered";

    /** The first lines of all requests that the servers received. */
    private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();

    /** The app of cart c1 ends connections. All others are the usual stand-ins. */
    private static final AppStarter APPS = (component, port, outboundPort) -> {
        if (component.version().equals("c1")) {
            return closing(port);
        }
        return new EchoApp(component.name().component(), component.version(), port, outboundPort)::close;
    };

    @TempDir
    static Path temp;

    private static LoopbackPorts ports;
    private static ServerSocket sidecar;
    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        ports = new LoopbackPorts();
        sidecar = new ServerSocket(ports.next(), 50, InetAddress.getLoopbackAddress());
        serve(sidecar);
        mesh = LiveShop.mesh(temp);
        mesh.start(EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, APPS);
        // These have no Envoy. A server that ends connections listens at the port of their sidecar.
        mesh.folder().write("closing.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: closing, namespace: shop}
                spec: {parent: main, components: {frontend: f9}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: callee, namespace: shop}
                spec: {parent: main, components: {cart: c9}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: frontend-closing, namespace: shop}
                spec: {app: shop, component: frontend, version: f9, endpoints: [{address: 127.0.0.1, port: %1$d}]}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart-closing, namespace: shop}
                spec: {app: shop, component: cart, version: c9, endpoints: [{address: 127.0.0.1, port: %1$d}]}
                """.formatted(sidecar.getLocalPort()));
        await(mesh.client(), "http://shop.localhost/", new VirtualEnvironmentName("closing"));
        await(mesh.appOf("frontend"), "http://cart/", new VirtualEnvironmentName("callee"));
        await(mesh.callerOf("cart-one"), "http://cart/", new VirtualEnvironmentName("main"));
    }

    @AfterAll
    static void stop() throws Exception {
        mesh.close();
        sidecar.close();
        ports.close();
    }

    @BeforeEach
    void clearRecords() {
        RECEIVED.clear();
    }

    @Test
    void aStaleConnectionFromAGatewayToASidecarLosesNoSafeRequest() throws Exception {
        repeatsWhatIsSafe(mesh.client(), "http://shop.localhost/", new VirtualEnvironmentName("closing"));
    }

    @Test
    void aStaleConnectionFromASidecarToACalleeLosesNoSafeRequest() throws Exception {
        repeatsWhatIsSafe(mesh.appOf("frontend"), "http://cart/", new VirtualEnvironmentName("callee"));
    }

    @Test
    void aStaleConnectionFromASidecarToItsAppLosesNoSafeRequest() throws Exception {
        repeatsWhatIsSafe(mesh.callerOf("cart-one"), "http://cart/", new VirtualEnvironmentName("main"));
    }

    /** Envoy closes an idle connection after a while, so not every second request uses a connection that ends. */
    private static void repeatsWhatIsSafe(GatewayClient client, String url, VirtualEnvironmentName virtualEnvironment)
            throws Exception {
        while (RECEIVED.stream().noneMatch(("GET /safe" + UNANSWERED)::equals)) {
            assertThat(client.send(Call.get(url + "safe").in(virtualEnvironment))
                            .status())
                    .isEqualTo(200);
        }
        int at = RECEIVED.indexOf("GET /safe" + UNANSWERED);
        assertThat(RECEIVED.get(at + 1)).as("%s", RECEIVED).isEqualTo("GET /safe");

        RECEIVED.clear();
        int status = 200;
        while (status == 200) {
            assertThat(client.send(Call.get(url + "safe").in(virtualEnvironment))
                            .status())
                    .isEqualTo(200);
            status = client.send(Call.post(url + "unsafe", "{}").in(virtualEnvironment))
                    .status();
        }
        assertThat(status).isEqualTo(503);
        assertThat(RECEIVED).last().isEqualTo("POST /unsafe" + UNANSWERED);
    }

    private static void await(GatewayClient client, String url, VirtualEnvironmentName virtualEnvironment) {
        Awaitility.await()
                .until(() -> client.send(Call.get(url + "await").in(virtualEnvironment))
                                .status()
                        == 200);
    }

    private static Running closing(int port) {
        try {
            ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            serve(server);
            return () -> close(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers the first request of each connection, and closes the connection when the second one arrives. */
    private static void serve(ServerSocket server) {
        daemon(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    daemon(() -> answer(socket));
                } catch (IOException e) {
                    // The test closed the server.
                }
            }
        });
    }

    private static void answer(Socket socket) {
        try (socket;
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            String first = head(reader);
            if (first != null) {
                RECEIVED.add(first);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String second = head(reader);
                if (second != null) {
                    RECEIVED.add(second + UNANSWERED);
                }
            }
        } catch (IOException e) {
            // The other side closed the connection.
        }
    }

    private static void daemon(Runnable run) {
        Thread thread = new Thread(run);
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads a short request, and returns its first line. */
    private static @Nullable String head(BufferedReader reader) throws IOException {
        String first = reader.readLine();
        int length = 0;
        for (String line = first; line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        for (int i = 0; i < length; i++) {
            if (reader.read() < 0) {
                return first;
            }
        }
        return first == null ? null : first.replace(" HTTP/1.1", "");
    }
}
