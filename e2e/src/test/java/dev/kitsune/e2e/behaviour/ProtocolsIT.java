package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app gets requests by a protocol that it supports, whatever the protocol of the client. gRPC has its own tests. */
class ProtocolsIT {
    /**
     * The time is longer than an Envoy waits for a virtual environment, because that limit must not apply to streams.
     */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final HttpClient CLIENT = PlainClient.create();

    @TempDir
    static Path temp;

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        mesh.folder().edit("green.yaml", "cart: c2", "cart: {version: c2, protocol: h2c}");
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() {
        mesh.close();
    }

    @Test
    void aWebSocketThroughTheGatewayCarriesMessagesInBothDirections() throws Exception {
        Messages messages = open(mesh.gatewayPort(), "shop.localhost", "green");
        messages.say("one");
        messages.awaitLast("frontend@f1 green one");
        messages.say("two");
        messages.awaitLast("frontend@f1 green two");
        messages.close();
    }

    @Test
    void aWebSocketOfAnAppReachesItsVirtualEnvironmentsVersionAndMayBeSilent() throws Exception {
        Messages green = open(mesh.sidecar("frontend").outboundPort(), "cart", "green");
        Messages main = open(mesh.sidecar("frontend").outboundPort(), "cart", "main");
        Messages gateway = open(mesh.gatewayPort(), "shop.localhost", "main");
        Awaitility.await()
                .during(SILENCE)
                .atMost(SILENCE.multipliedBy(3))
                .until(() -> green.isOpen() && main.isOpen() && gateway.isOpen());
        green.say("still here");
        green.awaitLast("cart@c2 green still here");
        main.say("still here");
        main.awaitLast("cart@c1 main still here");
        gateway.say("still here");
        gateway.awaitLast("frontend@f1 main still here");
        green.close();
        main.close();
        gateway.close();
    }

    @Test
    void http2ReachesAnAppByHttp11() throws Exception {
        Answer answer = PriorKnowledge.get(mesh.gatewayPort(), "shop.localhost", "/page?x=1", "green");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.component()).isEqualTo("frontend@f1");
        assertThat(answer.path()).isEqualTo("/page?x=1");
        assertThat(answer.receivedOne("kitsune-var-greeting")).isEqualTo("Green");
        assertThat(answer.received("host")).containsExactly("shop.localhost");
        assertThat(protocol(answer)).isEqualTo("HTTP/1.1");
    }

    @Test
    void http2OfAnAppReachesEachDependencyByItsProtocol() throws Exception {
        int outbound = mesh.sidecar("frontend").outboundPort();
        Answer main = PriorKnowledge.get(outbound, "cart", "/", "main");
        assertThat(main.component()).as(main.text()).isEqualTo("cart@c1");
        assertThat(protocol(main)).isEqualTo("HTTP/1.1");
        Answer green = PriorKnowledge.get(outbound, "cart", "/", "green");
        assertThat(green.component()).as(green.text()).isEqualTo("cart@c2");
        assertThat(protocol(green)).isEqualTo("HTTP/2.0");
        assertThat(protocol(PriorKnowledge.get(outbound, "payments", "/", "green")))
                .isEqualTo("HTTP/1.1");
    }

    @Test
    void http2PastTheGatewayReachesAnAppByHttp11() throws Exception {
        Answer answer = PriorKnowledge.get(mesh.sidecar("frontend").inboundPort(), "frontend", "/", "green");
        assertThat(answer.component()).as(answer.text()).isEqualTo("frontend@f1");
        assertThat(protocol(answer)).isEqualTo("HTTP/1.1");
    }

    @Test
    void aWorkloadMayDeclareHttp2() throws Exception {
        int inbound = mesh.sidecar("cart-one").inboundPort();
        assertThat(protocol(PriorKnowledge.get(inbound, "cart", "/", "main"))).isEqualTo("HTTP/1.1");
        mesh.folder()
                .edit("shop.yaml", "component: cart, version: c1,", "component: cart, version: c1, protocol: h2c,");
        awaitProtocol("cart-one", "HTTP/2.0");
        mesh.folder().edit("shop.yaml", "version: c1, protocol: h2c,", "version: c1,");
        awaitProtocol("cart-one", "HTTP/1.1");
    }

    @Test
    void http11ReachesEachAppByItsProtocol() throws Exception {
        Answer answer = mesh.send(LiveShop.visit(new VirtualEnvironmentName("green")));
        assertThat(LiveShop.fault(
                        new VirtualEnvironmentName("green"), answer, Set.of(Visit.of("Green", "c2", "key-of-green"))))
                .isEmpty();
        assertThat(protocol(answer)).isEqualTo("HTTP/1.1");
        assertThat(answer.calls().stream().map(ProtocolsIT::protocol)).containsExactly("HTTP/2.0", "HTTP/1.1");
    }

    @Test
    void aRequestThatIsSilentForAWhileIsNotCutOff() throws Exception {
        CompletableFuture<HttpResponse<String>> answer;
        try (PipedOutputStream upload = new PipedOutputStream()) {
            InputStream body = new PipedInputStream(upload, 1 << 16);
            answer = CLIENT.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mesh.gatewayPort() + "/upload"))
                            .header("host", "shop.localhost")
                            .header("kitsune-env", "green")
                            .POST(BodyPublishers.ofInputStream(() -> body))
                            .build(),
                    BodyHandlers.ofString());
            upload.write(new byte[40_000]);
            upload.flush();
            Awaitility.await().during(SILENCE).atMost(SILENCE.multipliedBy(3)).until(() -> !answer.isDone());
            upload.write(new byte[2_000]);
        }
        assertThat(answer.get(20, TimeUnit.SECONDS).body()).contains("\"bodyBytes\":42000");
    }

    @Test
    void http2ToAnUnknownVirtualEnvironmentGetsTheSameAnswer() throws Exception {
        Answer answer = PriorKnowledge.get(mesh.gatewayPort(), "shop.localhost", "/", "nowhere");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text())
                .contains("nowhere")
                .isEqualTo(mesh.send(Call.get("http://shop.localhost/").in(new VirtualEnvironmentName("nowhere")))
                        .text());
    }

    private static void awaitProtocol(String workload, String protocol) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(protocol(
                        mesh.callerOf(workload).send(Call.get("http://cart/").in(new VirtualEnvironmentName("main")))))
                .isEqualTo(protocol));
    }

    private static String protocol(Answer answer) {
        return answer.body().path("protocol").asText();
    }

    private static Messages open(int port, String host, String virtualEnvironment) throws Exception {
        Messages.Received received = new Messages.Received();
        WebSocket socket = CLIENT.newWebSocketBuilder()
                .header("host", host)
                .header("kitsune-env", virtualEnvironment)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), received)
                .get(30, TimeUnit.SECONDS);
        return new Messages(socket, received.texts);
    }

    /** One WebSocket and the messages that it received. */
    private record Messages(WebSocket socket, List<String> received) {
        void say(String text) throws Exception {
            socket.sendText(text, true).get(10, TimeUnit.SECONDS);
        }

        void awaitLast(String text) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(received).last().isEqualTo(text));
        }

        boolean isOpen() {
            return !socket.isInputClosed() && !socket.isOutputClosed();
        }

        void close() throws Exception {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        }

        private static final class Received implements WebSocket.Listener {
            private final List<String> texts = new CopyOnWriteArrayList<>();

            /** The messages are short, so none arrives in parts. */
            @Override
            public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                texts.add(data.toString());
                from.request(1);
                return null;
            }
        }
    }
}
