package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.http.PlainServer;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.Running;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Main's calls to cart are mirrored to green's cart, as green's calls. The test checks the requests that green's cart
 * receives, and that callers are not affected.
 */
class MirrorIT {
    private static final String BAGGAGE = "user=anna, kitsune-env=main;ttl=1, kitsune-dep=shop-main, tier=gold";

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final List<Copy> copies = new CopyOnWriteArrayList<>();
    private final CountDownLatch hold = new CountDownLatch(1);
    private boolean slow;

    /** A request that green's cart received, and the credential of its own further call. */
    private record Copy(
            String method,
            String path,
            String host,
            String body,
            List<String> env,
            List<String> baggage,
            String greeting,
            String secret,
            List<String> dep,
            List<String> scope,
            String credential) {}

    @AfterEach
    void releaseHeldCalls() {
        hold.countDown();
    }

    @Test
    void theFirstCallOfFreshEnvoysIsMirroredWithTheContextAndCredentialsOfTheTarget() throws Exception {
        try (Mesh mesh = mesh("100")) {
            Answer answer = mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))
                    .with("baggage", BAGGAGE)
                    .with("kitsune-scope", "in/main"));
            assertThat(LiveShop.fault(new VirtualEnvironmentName("main"), answer, Set.of(LiveShop.MAIN)))
                    .isEmpty();
            Copy copy = copy(0);
            assertThat(copy.method()).isEqualTo("POST");
            assertThat(copy.path()).isEqualTo("/items");
            assertThat(copy.host()).isEqualTo("cart");
            assertThat(copy.body()).isEqualTo("{}");
            assertThat(copy.env()).containsExactly("green");
            assertThat(copy.baggage()).containsExactly("kitsune-env=green,user=anna,tier=gold");
            assertThat(copy.greeting()).isEqualTo("Green");
            assertThat(copy.secret()).isEqualTo("key-of-green");
            assertThat(copy.dep()).isEmpty();
            assertThat(copy.scope()).isEmpty();
            assertThat(copy.credential()).isEqualTo(Credential.shorten("Bearer key-of-green"));

            // The mirrored call was not mirrored again, and each further call makes one more.
            for (int i = 1; i <= 20; i++) {
                assertThat(LiveShop.fault(
                                new VirtualEnvironmentName("main"),
                                mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))),
                                Set.of(LiveShop.MAIN)))
                        .isEmpty();
                copy(i);
            }
            assertThat(copies).hasSize(21).allSatisfy(c -> assertThat(c.env()).containsExactly("green"));
        }
    }

    @Test
    void requestsToAComponentWithARuleAreMirroredAtTheGateway() throws Exception {
        try (Mesh mesh = mesh("100")) {
            Answer answer =
                    mesh.send(Call.get("http://cart.localhost/straight").in(new VirtualEnvironmentName("main")));
            assertThat(answer.component()).isEqualTo("cart@c1");
            Copy copy = copy(0);
            assertThat(copy.path()).isEqualTo("/straight");
            assertThat(copy.env()).containsExactly("green");
            assertThat(copy.baggage()).containsExactly("kitsune-env=green");

            answer = mesh.send(Call.get("http://cart.localhost/without-context"));
            assertThat(answer.component()).isEqualTo("cart@c1");
            assertThat(answer.receivedOne("kitsune-env")).isEqualTo("main");
            assertThat(copy(1).env()).containsExactly("green");
        }
    }

    @Test
    void zeroPercentMirrorsNothing() throws Exception {
        try (Mesh mesh = mesh("0")) {
            assertThat(LiveShop.fault(
                            new VirtualEnvironmentName("main"),
                            mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))),
                            Set.of(LiveShop.MAIN)))
                    .isEmpty();
            // This call uses the same path to the same app, so it arrives after all earlier calls.
            mesh.send(Call.get("http://shop.localhost/")
                    .in(new VirtualEnvironmentName("green"))
                    .calling(Call.get("http://cart/own")));
            assertThat(copy(0).path()).isEqualTo("/own");
            mesh.folder().edit("shop.yaml", "percent: 0", "percent: 100");
            Awaitility.await().until(() -> {
                mesh.send(LiveShop.visit(new VirtualEnvironmentName("main")));
                return copies.size() > 1;
            });
        }
    }

    @Test
    void aMirroredCallThatIsNeverAnsweredDelaysNobody() throws Exception {
        slow = true;
        try (Mesh mesh = mesh("100")) {
            for (int i = 0; i < 5; i++) {
                assertThat(LiveShop.fault(
                                new VirtualEnvironmentName("main"),
                                mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))),
                                Set.of(LiveShop.MAIN)))
                        .isEmpty();
            }
            Awaitility.await().until(() -> copies.size() == 5);
            hold.countDown();
        }
    }

    @Test
    void aMirrorToAStoppedVersionDoesNotAffectTheCaller() throws Exception {
        try (Mesh mesh = mesh(
                "100",
                (component, port, outboundPort) -> component.version().equals("c2")
                        ? () -> {}
                        : AppStarter.ECHO.start(component, port, outboundPort))) {
            for (int i = 0; i < 5; i++) {
                assertThat(LiveShop.fault(
                                new VirtualEnvironmentName("main"),
                                mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))),
                                Set.of(LiveShop.MAIN)))
                        .isEmpty();
            }
        }
    }

    @Test
    void grpcCallsAreMirroredAsGrpc() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Mesh mesh = mesh(
                "100",
                (component, port, outboundPort) -> component.version().equals("c2")
                        ? GrpcApp.start("copy", port, seen::add)
                        : GrpcApp.STARTER.start(component, port, outboundPort))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "127.0.0.1", mesh.sidecar("frontend").outboundPort())
                    .usePlaintext()
                    .overrideAuthority("cart")
                    .build();
            try {
                Metadata context = new Metadata();
                context.put(GrpcApp.VIRTUAL_ENVIRONMENT, "main");
                HealthCheckResponse answer = HealthGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(context))
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .check(HealthCheckRequest.getDefaultInstance());
                assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
                Awaitility.await()
                        .untilAsserted(() -> assertThat(seen).containsExactly("copy in green, greeting Green"));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void aWebSocketIsNotMirrored() throws Exception {
        try (Mesh mesh = mesh("100");
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        mesh.sidecar("frontend").outboundPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("""
                    GET /ws HTTP/1.1\r
                    host: cart\r
                    kitsune-env: main\r
                    connection: upgrade\r
                    upgrade: websocket\r
                    sec-websocket-version: 13\r
                    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 101");
            assertThat(LiveShop.fault(
                            new VirtualEnvironmentName("main"),
                            mesh.send(LiveShop.visit(new VirtualEnvironmentName("main"))),
                            Set.of(LiveShop.MAIN)))
                    .isEmpty();
            assertThat(copy(0).path()).isEqualTo("/items");
        }
    }

    private Copy copy(int nth) {
        Awaitility.await().until(() -> copies.size() > nth);
        return copies.get(nth);
    }

    private Mesh mesh(String percent) throws Exception {
        return mesh(
                percent,
                (component, port, outboundPort) -> component.version().equals("c2")
                        ? recorder(port, outboundPort)
                        : AppStarter.ECHO.start(component, port, outboundPort));
    }

    private Mesh mesh(String percent, AppStarter apps) throws Exception {
        Mesh mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "release: {apps: {shop: {appDeployment: shop-main}}}",
                        "release: {apps: {shop: {appDeployment: shop-main}}}, mirror: [{component: cart, to: green, percent: "
                                + percent + "}]");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "cart: {version: c1}",
                        "cart: {version: c1, routes: [{rule: Host(`cart.localhost`)}], variables: {greeting: {type: String}},"
                                + " secrets: {key: {}}, dependencies: {payments: {type: Adapter}}}");
        return mesh.start(envoy, Scopes.ON_DEMAND, apps);
    }

    /** Replaces green's cart. It records its requests, and passes the context on with its own call. */
    private Running recorder(int port, int outboundPort) {
        try {
            ExecutorService threads = Executors.newCachedThreadPool();
            HttpServer server = PlainServer.start(port, threads, exchange -> {
                var headers = exchange.getRequestHeaders();
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                List<String> baggage = List.copyOf(headers.getOrDefault("baggage", List.of()));
                copies.add(new Copy(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        headers.getFirst("host"),
                        body,
                        List.copyOf(headers.getOrDefault("kitsune-env", List.of())),
                        baggage,
                        headers.getFirst("kitsune-var-greeting"),
                        headers.getFirst("kitsune-secret-key"),
                        List.copyOf(headers.getOrDefault("kitsune-dep", List.of())),
                        List.copyOf(headers.getOrDefault("kitsune-scope", List.of())),
                        slow ? "" : charge(outboundPort, baggage)));
                if (slow) {
                    await();
                }
                exchange.sendResponseHeaders(500, -1);
                exchange.close();
            });
            return () -> {
                server.stop(0);
                threads.shutdownNow();
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await() {
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes a call to the external API that carries only the baggage of the context. */
    private static String charge(int outboundPort, List<String> baggage) throws IOException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + outboundPort + "/charge"))
                    .header("host", "payments");
            baggage.forEach(line -> request.header("baggage", line));
            String body = PlainClient.create()
                    .send(request.build(), BodyHandlers.ofString())
                    .body();
            int at = body.indexOf("\"credential\":\"") + "\"credential\":\"".length();
            return body.substring(at, body.indexOf('"', at));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
