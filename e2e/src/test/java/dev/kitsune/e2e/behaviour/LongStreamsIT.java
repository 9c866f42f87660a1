package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.http.PlainServer;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.Running;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.delta.StreamView;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests server-sent events and long polls that are silent for longer than an Envoy waits for a virtual environment. The
 * frontend forwards cart's output, so that each stream passes the gateway and all sidecars. The Envoys are fresh, so
 * that each request is the first one.
 */
class LongStreamsIT {
    /** An Envoy waits 5 s for a virtual environment, and that limit must not apply to anything else. */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final HttpClient CLIENT = PlainClient.create();

    /** The word that ends cart's output. */
    private static final String END = "end";

    @TempDir
    Path temp;

    /** The next words of cart, by its version. */
    private final Map<String, BlockingQueue<String>> words = new ConcurrentHashMap<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Mesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        mesh.start(EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, this::app);
    }

    @AfterEach
    void stop() {
        mesh.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"main, c1", "green, c2"})
    void eventsArriveOneByOneAfterAnyDelay(String virtualEnvironment, String cart) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        CompletableFuture<HttpResponse<Void>> answer = CLIENT.sendAsync(
                to("/events", virtualEnvironment)
                        .header("accept", "text/event-stream")
                        .build(),
                BodyHandlers.fromLineSubscriber(new Lines(lines)));

        for (String event : List.of("one", "two", "three")) {
            say(cart, event);
            // The event has arrived although the stream continues, so no proxy buffers it until there is more.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lines).last().isEqualTo("data: " + event));
            Awaitility.await().during(SILENCE).atMost(SILENCE.multipliedBy(3)).untilAsserted(() -> assertThat(answer)
                    .isNotDone());
        }
        say(cart, END);
        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        assertThat(lines).containsExactly("data: one", "data: two", "data: three");
    }

    @ParameterizedTest
    @CsvSource({"main, c1", "green, c2"})
    void aLongPollGetsItsAnswerAfterAnyDelay(String virtualEnvironment, String cart) throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                CLIENT.sendAsync(to("/poll", virtualEnvironment).build(), BodyHandlers.ofString());
        Awaitility.await().atMost(PATIENCE).until(() -> words.containsKey(cart));
        Awaitility.await().during(SILENCE).atMost(SILENCE.multipliedBy(3)).untilAsserted(() -> assertThat(answer)
                .isNotDone());
        say(cart, "news");
        HttpResponse<String> response = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("news of " + cart);
    }

    /**
     * The proxies take away what nobody has used for a while. A stream that says nothing does not count as a use, and
     * must not end with it.
     */
    @ParameterizedTest
    @CsvSource({"/events, c2, shop/cart@c2", "/adapter-events, events, adapter/shop/events/"})
    void aSilentStreamOutlivesWhatTheProxiesTakeAway(String path, String speaker, String cluster) throws Exception {
        HttpServer target = PlainServer.start(0, threads, exchange -> {
            try (exchange) {
                speak(exchange, "events");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            long before = mesh.controlPlane().state().sequence();
            mesh.folder()
                    .write(
                            "shop.yaml",
                            LiveShop.MANIFESTS.replace(
                                            "payments: {type: Adapter}}",
                                            "payments: {type: Adapter}, events: {type: Adapter}}")
                                    + LiveShop.adapter(
                                            "events", target.getAddress().getPort()));
            assertThat(mesh.controlPlane().await(state -> state.sequence() > before, PATIENCE))
                    .isPresent();
            List<String> lines = new CopyOnWriteArrayList<>();
            CompletableFuture<HttpResponse<Void>> answer = CLIENT.sendAsync(
                    to(path, "green").header("accept", "text/event-stream").build(),
                    BodyHandlers.fromLineSubscriber(new Lines(lines)));
            say(speaker, "before");
            Awaitility.await().atMost(PATIENCE).until(() -> lines.contains("data: before"));
            assertThat(clusters()).contains(cluster);

            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                mesh.controlPlane().minute();
                assertThat(mesh.controlPlane().streams())
                        .extracting(stream -> Optional.ofNullable(stream.types().get(ResourceType.SCOPED_ROUTE))
                                .map(StreamView.TypeView::held)
                                .orElse(0))
                        .containsExactlyInAnyOrder(0, 0, 0, 1);
                assertThat(clusters()).doesNotContain("adapter/");
            });
            say(speaker, "after");
            say(speaker, END);
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
            assertThat(lines).containsExactly("data: before", "data: after");
        } finally {
            target.stop(0);
        }
    }

    private String clusters() throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        for (EnvoyProcess envoy : mesh.envoys()) {
            all.append(envoy.admin().get("/clusters"));
        }
        return all.toString();
    }

    private HttpRequest.Builder to(String path, String virtualEnvironment) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mesh.gatewayPort() + path))
                .header("host", "shop.localhost")
                .header("kitsune-env", virtualEnvironment);
    }

    private void say(String version, String word) {
        words.computeIfAbsent(version, v -> new LinkedBlockingQueue<>()).add(word);
    }

    private Running app(ComponentVersion component, int port, int outboundPort) {
        try {
            HttpServer server = PlainServer.start(port, threads, exchange -> {
                exchange.getResponseHeaders().add("connection", "close");
                try (exchange) {
                    if (component.name().component().equals("frontend")) {
                        forward(exchange, outboundPort);
                    } else {
                        speak(exchange, component.version());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return () -> server.stop(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forwards the output at once, so that only an Envoy could delay it. */
    private static void forward(HttpExchange exchange, int outboundPort) throws IOException, InterruptedException {
        HttpResponse<InputStream> cart = CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + outboundPort + exchange.getRequestURI()))
                        .header("host", exchange.getRequestURI().getPath().startsWith("/adapter") ? "events" : "cart")
                        .header("kitsune-env", exchange.getRequestHeaders().getFirst("kitsune-env"))
                        .build(),
                BodyHandlers.ofInputStream());
        exchange.sendResponseHeaders(cart.statusCode(), 0);
        try (InputStream from = cart.body();
                OutputStream to = exchange.getResponseBody()) {
            byte[] some = new byte[1024];
            for (int read = from.read(some); read >= 0; read = from.read(some)) {
                to.write(some, 0, read);
                to.flush();
            }
        }
    }

    private void speak(HttpExchange exchange, String version) throws IOException, InterruptedException {
        BlockingQueue<String> said = words.computeIfAbsent(version, v -> new LinkedBlockingQueue<>());
        if (exchange.getRequestURI().getPath().equals("/poll")) {
            byte[] news = (said.take() + " of " + version).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, news.length);
            exchange.getResponseBody().write(news);
            return;
        }
        exchange.getResponseHeaders().add("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        for (String event = said.take(); !event.equals(END); event = said.take()) {
            exchange.getResponseBody().write(("data: " + event + "\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
    }

    private record Lines(List<String> lines) implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            lines.add(line);
        }

        /** The future of the answer fails with the same error. */
        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }
}
