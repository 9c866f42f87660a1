package dev.kitsune.xds.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.pipeline.ServedState;
import io.javalin.Javalin;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/**
 * Knows every path of the ports for inspection and health, and what a caller without credentials gets there. A new path
 * has to be added here, with the reason why anybody may read it.
 */
class HttpPathsTest {
    private static final List<String> HEALTH = List.of("GET /healthz", "GET /readyz", "GET /metrics");

    private static final List<String> INSPECTION = List.of(
            "GET /",
            "GET /healthz",
            "GET /readyz",
            "GET /metrics",
            "GET /api/status",
            "GET /api/problems",
            "GET /api/environments",
            "GET /api/environments/{name}",
            "GET /api/components",
            "GET /api/proxies",
            "GET /api/resources/{type}");

    private static final List<String> WRITES = List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    /** Names that lead elsewhere on this machine, or that another web site could use. */
    private static final List<String> OTHER_HOSTS = List.of("kitsune.example", "127.0.0.1.example", "kitsune");

    private final InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private final Metrics metrics = new Metrics();
    private final Inspected inspected = new Inspected(
            "/envs",
            "1.2.3",
            () -> new ServedState(1, Shop.snapshot(), Set.of(), Shop.problems(), HashTreePMap.empty(), null),
            new ShopPublished(),
            name -> List.of(),
            key -> null,
            metrics);
    private final InspectionServer inspection = InspectionServer.start(loopback, inspected);
    private final HealthServer health = HealthServer.start(loopback, inspected);

    HttpPathsTest() throws InspectionServer.InspectionListenException {}

    @AfterEach
    void stop() {
        inspection.close();
        health.close();
        metrics.close();
    }

    @Test
    void everyPathIsKnown() {
        assertThat(paths(inspection.paths())).containsExactlyInAnyOrderElementsOf(INSPECTION);
        assertThat(paths(health.paths())).containsExactlyInAnyOrderElementsOf(HEALTH);
    }

    @Test
    void inspectionAnswersNoOtherHost() throws Exception {
        for (String path : paths(inspection.paths())) {
            assertThat(status(inspection.port(), "GET", "127.0.0.1", example(path)))
                    .as(path)
                    .isEqualTo(200);
            for (String host : OTHER_HOSTS) {
                String answer = answer(inspection.port(), "GET", host, example(path));
                assertThat(answer).as("%s for %s", path, host).startsWith("HTTP/1.1 421 ");
                assertThat(answer).doesNotContain("cart-fix").doesNotContain("kitsune_");
            }
        }
    }

    @Test
    void healthAnswersEveryHostAndNothingElse() throws Exception {
        for (String path : paths(health.paths())) {
            assertThat(status(health.port(), "GET", "kitsune.example", example(path)))
                    .as(path)
                    .isEqualTo(200);
        }
        for (String path : INSPECTION) {
            if (!HEALTH.contains(path)) {
                assertThat(status(health.port(), "GET", "127.0.0.1", example(path)))
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void nothingCanBeWritten() throws Exception {
        for (String path : paths(inspection.paths())) {
            for (String method : WRITES) {
                assertThat(status(inspection.port(), method, "127.0.0.1", example(path)))
                        .as("%s at inspection, %s", method, path)
                        .isIn(404, 405);
                assertThat(status(health.port(), method, "127.0.0.1", example(path)))
                        .as("%s at health, %s", method, path)
                        .isIn(404, 405);
            }
        }
    }

    private static List<String> paths(Javalin server) {
        assertThat(server.unsafe.internalRouter.allWsHandlers()).isEmpty();
        List<String> paths = new ArrayList<>();
        server.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> !endpoint.method.equals(HandlerType.BEFORE))
                .forEach(endpoint -> paths.add(endpoint.method.name() + " " + endpoint.path));
        return paths;
    }

    private static String example(String path) {
        return path.substring(path.indexOf(' ') + 1)
                .replace("{name}", "cart-fix")
                .replace("{type}", "route");
    }

    private static int status(int port, String method, String host, String path) throws IOException {
        return Integer.parseInt(answer(port, method, host, path).split(" ", 3)[1]);
    }

    private static String answer(int port, String method, String host, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\nHost: " + host
                                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
