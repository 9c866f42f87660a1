package dev.kitsune.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code kitsune serve} process runs for a while under steady change. What it holds at the end of a round does not grow,
 * and Netty finds no buffer that was forgotten. The length is {@code -Dkitsune.soak.minutes=}.
 */
class SoakIT {
    private static final int MINUTES = Integer.getInteger("kitsune.soak.minutes", 3);

    /** A slow machine takes longer instead of making fewer. */
    private static final int FEWEST_ROUNDS = 12;

    private static final int ENVIRONMENTS = 20;
    private static final int USED = 5;
    private static final int STREAMS = 20;
    private static final int REFUSED = 5;
    private static final double SHARE = 0.02;
    private static final long HEAP_SLACK = 512 << 10;
    private static final long THREADS_SLACK = 3;
    private static final long DESCRIPTORS_SLACK = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");
    private static final List<String> PAGES = List.of(
            "/",
            "/metrics",
            "/api/status",
            "/api/environments",
            "/api/environments/main",
            "/api/components",
            "/api/proxies",
            "/api/problems",
            "/api/resources/clusters",
            "/api/resources/routes",
            "/api/environments/nobody");

    @TempDir
    private Path temp;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // set first by the test
    private SoakFolder folder;

    @SuppressWarnings("NullAway.Init") // set first by the test
    private ServeProcess serve;

    @SuppressWarnings("NullAway.Init") // set first by the test
    private GatewayClient gateway;

    @SuppressWarnings("NullAway.Init") // set first by the test
    private SimulatedStreams streams;

    private int marker;

    private <T extends AutoCloseable> T open(T one) {
        opened.push(one);
        return one;
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private static void kitsune(String... arguments) {
        StringWriter err = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(code).as("kitsune %s: %s", String.join(" ", arguments), err).isZero();
    }

    private Path token(String name, String... who) {
        Path credentials = temp.resolve(name);
        kitsune(Stream.of(
                        Stream.of(
                                "token", "--proxy", "--tls", temp.resolve("tls").toString(), "--for", "30d"),
                        Stream.of(who),
                        Stream.of("--out", credentials.toString()))
                .flatMap(part -> part)
                .toArray(String[]::new));
        return credentials;
    }

    private void start() throws Exception {
        LoopbackPorts ports = open(new LoopbackPorts());
        int inbound = ports.next();
        int outbound = ports.next();
        int app = ports.next();
        int entrance = ports.next();
        folder = SoakFolder.create(temp, inbound);
        kitsune("certs", "--out", temp.resolve("tls").toString());
        Path forGateway = token("gateway", "--role", "gateway");
        Path forCart = token("cart", "--role", "sidecar", "--app", "shop", "--component", "cart", "--version", "c1");
        List<String> jvm = new ArrayList<>(LeakDetector.ON);
        jvm.add("-Xmx384m");
        serve = open(ServeProcess.startWith(
                jvm,
                folder.root(),
                ports.next(),
                ports.next(),
                temp.resolve("serve.log"),
                "--tls",
                temp.resolve("tls").toString()));
        open(new EchoApp("cart", "c1", app, outbound));
        envoy(new Proxy.GatewayProxy("127.0.0.1", entrance, Scopes.ON_DEMAND), ports.next(), forGateway);
        envoy(
                new Proxy.SidecarProxy(CART, "cart-c1", "127.0.0.1", inbound, outbound, app, Scopes.ON_DEMAND),
                ports.next(),
                forCart);
        gateway = new GatewayClient(entrance, PATIENCE);
        Proxy simulated = new Proxy.SidecarProxy(CART, null, "127.0.0.1", 15_406, 15_401, 8080, Scopes.EAGER);
        streams = open(new SimulatedStreams(forCart, serve.xdsPort(), simulated, STREAMS));
    }

    private void envoy(Proxy proxy, int admin, Path credentials) throws Exception {
        String name = proxy instanceof Proxy.GatewayProxy ? "gateway" : "cart";
        String bootstrap = BootstrapText.of(proxy, serve.xdsPort(), admin, "localhost", credentials);
        open(EnvoyProcess.start(EnvoyBinary.find(System.err::println), name, bootstrap, admin, temp.resolve("envoys")))
                .awaitReady(PATIENCE);
    }

    private Answer use(String virtualEnvironment) throws IOException, InterruptedException {
        return gateway.send(Call.get("http://shop.localhost/").with("kitsune-env", virtualEnvironment));
    }

    private void awaitKey(String virtualEnvironment, String key) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> use(virtualEnvironment)
                .receivedOne("kitsune-secret-key")
                .equals(Credential.shorten(key)));
    }

    private void awaitPage(String path, String text) {
        await().atMost(PATIENCE).until(() -> serve.get(path).contains(text));
    }

    private void awaitStatus(String path, String status) {
        await().atMost(PATIENCE).until(() -> serve.get(path).startsWith(status));
    }

    /** Creates, uses, changes and deletes, so that the end is as the beginning. */
    private void round(int number) throws Exception {
        String name = "round" + number + "-";
        for (int i = 0; i < ENVIRONMENTS; i++) {
            folder.secret(name + i, "key-of-" + name + i);
            folder.virtualEnvironment(name + i, "first", "");
        }
        folder.secret(name + "short", "any");
        folder.virtualEnvironment(name + "short", "first", ", expiresAfter: {age: 1s}");
        awaitStatus("/api/environments/" + name + (ENVIRONMENTS - 1), "200");
        for (int i = 0; i < USED; i++) {
            awaitKey(name + i, "key-of-" + name + i);
        }
        assertThat(use(name + "nobody").status()).isEqualTo(404);

        folder.secret(name + 0, "rotated");
        awaitKey(name + 0, "rotated");
        folder.secret("main", "key-of-main-" + number);
        awaitKey("main", "key-of-main-" + number);
        folder.virtualEnvironment(name + 1, "second", "");
        marker++;
        folder.marker(marker);
        streams.awaitSeen(marker);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> use(name + 1).receivedOne("kitsune-var-own").equals("second"));

        folder.broken(name + "broken");
        awaitPage("/api/problems", name + "broken");
        awaitPage("/api/problems", "Expired");
        streams.dropAndReturn();
        for (int i = 0; i < REFUSED; i++) {
            streams.refused();
            noise();
        }
        for (String page : PAGES) {
            assertThat(serve.get(page)).as(page).isNotEmpty();
        }

        for (int i = 0; i < ENVIRONMENTS; i++) {
            folder.delete(name + i);
        }
        folder.delete(name + "short");
        folder.delete(name + "broken");
        awaitStatus("/api/environments/" + name + (ENVIRONMENTS - 1), "404");
        await().atMost(PATIENCE).until(() -> !serve.get("/api/problems").contains(name));
        marker++;
        folder.marker(marker);
        streams.awaitSeen(marker);
    }

    /** Somebody sends what is neither TLS nor HTTP/2. */
    private void noise() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), serve.xdsPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void nothingGrowsAndNoBufferIsForgotten() throws Exception {
        start();
        List<Measured> all = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
        System.out.println("round  heap KB  threads  descriptors");
        while (System.nanoTime() < end || all.size() < FEWEST_ROUNDS) {
            round(all.size());
            Measured measured = Measured.of(serve, temp);
            all.add(measured);
            System.out.printf(
                    "%5d %8d %8d %12d%n",
                    all.size(), measured.heap() >> 10, measured.threads(), measured.descriptors());
        }

        assertThat(grows(all, Measured::heap, SHARE, HEAP_SLACK))
                .as("heap: %s", all)
                .isFalse();
        assertThat(grows(all, Measured::threads, 0, THREADS_SLACK))
                .as("threads: %s", all)
                .isFalse();
        assertThat(grows(all, Measured::descriptors, 0, DESCRIPTORS_SLACK))
                .as("descriptors: %s", all)
                .isFalse();
        assertThat(serve.log()).doesNotContain(LeakDetector.LINE);
        assertThat(serve.get("/api/problems")).doesNotContain("KitsuneFault");
    }

    private static boolean grows(List<Measured> all, ToLongFunction<Measured> what, double share, long slack) {
        return Trend.grows(all.stream().mapToLong(what).boxed().toList(), share, slack);
    }
}
