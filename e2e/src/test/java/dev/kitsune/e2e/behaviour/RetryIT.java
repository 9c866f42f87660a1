package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.PlainServer;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks which requests to an adapter are repeated. */
class RetryIT {
    private static final List<String> BUSY_REQUESTS = new CopyOnWriteArrayList<>();
    private static final List<String> RESETTING_REQUESTS = new CopyOnWriteArrayList<>();

    private static final List<String> CLOSING_REQUESTS = new CopyOnWriteArrayList<>();

    @TempDir
    static Path temp;

    private static LoopbackPorts ports;
    private static HttpServer busy;
    private static ServerSocket resetting;
    private static ServerSocket closing;
    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        ports = new LoopbackPorts();
        busy = busy(ports.next());
        resetting = resetting(ports.next());
        closing = closing(ports.next());
        int nobody = ports.next();
        mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "payments: {type: Adapter}}",
                        "payments: {type: Adapter}, closing: {type: Adapter}, unrepeated: {type: Adapter, retries: {attempts: 0, on: []}}, patient: {type: Adapter, retries: {attempts: 10, on: [connect-failure]}}, resetting: {type: Adapter}, busy: {type: Adapter}, nobody: {type:"
                                + " Adapter}, declared: {type: Adapter, retries: {attempts: 2, on: [503, reset]}}}");
        mesh.folder()
                .write(
                        "adapters.yaml",
                        LiveShop.adapter("closing", closing.getLocalPort())
                                + LiveShop.adapter("unrepeated", closing.getLocalPort())
                                + LiveShop.adapter("resetting", resetting.getLocalPort())
                                + LiveShop.adapter("busy", busy.getAddress().getPort())
                                + LiveShop.adapter("declared", busy.getAddress().getPort())
                                + LiveShop.adapter("nobody", nobody)
                                + LiveShop.adapter("patient", nobody));
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() throws Exception {
        mesh.close();
        busy.stop(0);
        resetting.close();
        closing.close();
        ports.close();
    }

    @BeforeEach
    void clearRecords() {
        BUSY_REQUESTS.clear();
        RESETTING_REQUESTS.clear();
        CLOSING_REQUESTS.clear();
    }

    @Test
    void byDefaultOnlyASafeMethodWithoutAnAnswerIsRepeatedOnce() throws Exception {
        assertThat(call(Call.post("http://resetting/a", "{}")).status()).isEqualTo(503);
        // Envoy does not tell whether the connection was used before, so a request on a new one is repeated as well.
        assertThat(call(Call.get("http://resetting/b")).status()).isEqualTo(503);
        assertThat(RESETTING_REQUESTS).containsExactly("POST /a", "GET /b", "GET /b");
        assertThat(call(Call.get("http://busy/c")).status()).isEqualTo(503);
        assertThat(BUSY_REQUESTS).containsExactly("GET /c");
    }

    @Test
    void aConnectionThatEndsDuringTheNextRequestDoesNotAffectASafeMethod() throws Exception {
        assertThat(call(Call.get("http://closing/a")).status()).isEqualTo(200);
        assertThat(call(Call.get("http://closing/b")).status()).isEqualTo(200);
        assertThat(CLOSING_REQUESTS).containsExactly("GET /a", "GET /b unanswered", "GET /b");
        assertThat(call(Call.post("http://closing/c", "{}")).status()).isEqualTo(503);
        assertThat(CLOSING_REQUESTS).containsExactly("GET /a", "GET /b unanswered", "GET /b", "POST /c unanswered");
    }

    @Test
    void declaredRetriesReplaceTheDefault() throws Exception {
        assertThat(call(Call.get("http://unrepeated/a")).status()).isEqualTo(200);
        assertThat(call(Call.get("http://unrepeated/b")).status()).isEqualTo(503);
        assertThat(CLOSING_REQUESTS).containsExactly("GET /a", "GET /b unanswered");
    }

    @Test
    void byDefaultACallThatWasNeverSentIsTriedAgain() throws Exception {
        long before = retries();
        assertThat(call(Call.get("http://nobody/a")).status()).isEqualTo(503);
        assertThat(retries() - before).isEqualTo(1);
    }

    /** Envoy keeps 1 MiB of a body for another attempt. It answers with a 507 if more arrives between two attempts. */
    @Test
    void theAnswerToABodyThatIsTooLargeForAnotherAttemptNamesTheCallee() throws Exception {
        byte[] body = new byte[3 << 19];
        await().until(() -> {
            long before = retries();
            try (Socket app = new Socket(
                    InetAddress.getLoopbackAddress(), mesh.sidecar("frontend").outboundPort())) {
                app.getOutputStream()
                        .write(("POST /a HTTP/1.1\r\nHost: patient\r\nkitsune-env: main\r\nContent-Length: "
                                        + body.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                // The delays between the attempts grow, so Envoy is almost always in such a delay after some of them.
                await().until(() -> retries() - before >= 4);
                app.getOutputStream().write(body);
                // The answer is read by its length, because Envoy resets a connection whose request it has not read
                // completely.
                String answer = RawAnswer.of(app);
                assertThat(answer).startsWith("HTTP/1.1 503").doesNotContain("buffer limit");
                return answer.contains("adapter patient at 127.0.0.1")
                        && answer.contains(
                                "did not accept this request in virtual environment main, and its body is too"
                                        + " large for another attempt");
            }
        });
    }

    @Test
    void declaredRetriesRepeatOnlySafeMethods() throws Exception {
        assertThat(call(Call.get("http://declared/a")).status()).isEqualTo(503);
        assertThat(BUSY_REQUESTS).containsExactly("GET /a", "GET /a", "GET /a");
        assertThat(call(Call.post("http://declared/b", "{}")).status()).isEqualTo(503);
        assertThat(BUSY_REQUESTS).containsExactly("GET /a", "GET /a", "GET /a", "POST /b");
        // The component's other adapters received nothing.
        assertThat(RESETTING_REQUESTS).isEmpty();
        assertThat(mesh.api(19701).requests()).isZero();
    }

    private static Answer call(Call call) throws Exception {
        return mesh.appOf("frontend").send(call.in(new VirtualEnvironmentName("main")));
    }

    private static long retries() throws Exception {
        return mesh.sidecar("frontend").envoy().admin().sum("upstream_rq_retry$");
    }

    /** Answers every request with 503. */
    private static HttpServer busy(int port) throws IOException {
        return PlainServer.start(port, Runnable::run, exchange -> {
            BUSY_REQUESTS.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
    }

    /** Accepts every request and resets the connection. */
    private static ServerSocket resetting(int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    String line = new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine();
                    if (line != null) {
                        RESETTING_REQUESTS.add(line.replace(" HTTP/1.1", ""));
                    }
                    socket.setSoLinger(true, 0);
                } catch (IOException e) {
                    // Closed by the test, or by the other side.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** Answers the first request of each connection, and closes the connection when the second one arrives. */
    private static ServerSocket closing(int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    BufferedReader reader = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                    String first = head(reader);
                    if (first != null) {
                        CLOSING_REQUESTS.add(first);
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                        String second = head(reader);
                        if (second != null) {
                            CLOSING_REQUESTS.add(second + " unanswered");
                        }
                    }
                } catch (IOException e) {
                    // Closed by the test, or by the other side.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** Returns the first line of a request that has no body, or whose body is not read. */
    private static @Nullable String head(BufferedReader reader) throws IOException {
        String first = reader.readLine();
        for (String line = first; line != null && !line.isEmpty(); ) {
            line = reader.readLine();
        }
        return first == null ? null : first.replace(" HTTP/1.1", "");
    }
}
