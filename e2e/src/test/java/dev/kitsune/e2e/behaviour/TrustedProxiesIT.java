package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.mesh.Mesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the headers that an app receives about a client behind a load balancer, and about a client that forges them.
 */
class TrustedProxiesIT {
    private static final String BALANCER = "127.0.0.2";
    private static final String CLIENT = "127.0.0.1";
    private static final String OTHER_CLIENT = "127.0.0.3";

    /** Headers of a load balancer, which a client may forge. */
    private static final Map<String, String> SENT =
            Map.of("X-Request-Id", "mine", "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.7");

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path temp;

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp).start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() {
        mesh.close();
    }

    @BeforeEach
    void trustNobody() throws Exception {
        platform("{}");
        awaitTrust(BALANCER, false);
    }

    @Test
    void withoutTheSettingNobodyIsTrusted() throws Exception {
        for (String source : List.of(CLIENT, BALANCER, OTHER_CLIENT)) {
            assertDistrusted(answer(source));
        }
    }

    @Test
    void onlyHeadersOfTrustedAddressesStay() throws Exception {
        platform("{gateway: {trustedProxies: {cidrs: [10.0.0.0/8, " + BALANCER + "/32]}}}");
        awaitTrust(BALANCER, true);
        assertTrusted(answer(BALANCER));
        assertDistrusted(answer(CLIENT));
        assertDistrusted(answer(OTHER_CLIENT));
    }

    @Test
    void rangesMayOverlapAndHaveBitsAfterTheirPrefix() throws Exception {
        platform("{gateway: {trustedProxies: {cidrs: [127.0.0.3/31, 127.0.0.2/31, 127.0.0.2/32, 127.0.0.3/32]}}}");
        awaitTrust(BALANCER, true);
        assertTrusted(answer(OTHER_CLIENT));
        assertDistrusted(answer(CLIENT));
    }

    @Test
    void hopsAreEnoughIfEveryClientUsesALoadBalancer() throws Exception {
        platform("{gateway: {trustedProxies: {hops: 1}}}");
        awaitTrust(CLIENT, true);
        assertTrusted(answer(CLIENT));
        Answer http2 = PriorKnowledge.get(
                mesh.gatewayPort(), "shop.localhost", "/", "main", Map.of("x-forwarded-proto", "https"));
        assertThat(http2.status()).as(http2.text()).isEqualTo(200);
        assertThat(http2.receivedOne("x-forwarded-proto")).isEqualTo("https");
    }

    @Test
    void withoutHeadersOfATrustedBalancerTheGatewayAddsThem() throws Exception {
        platform("{gateway: {trustedProxies: {hops: 1}}}");
        awaitTrust(CLIENT, true);
        Answer answer = answer(CLIENT, Map.of());
        assertThat(answer.receivedOne("x-forwarded-proto")).isEqualTo("http");
        assertThat(answer.receivedOne("x-request-id")).isNotEmpty();
        assertThat(answer.receivedOne("x-forwarded-for")).isNotEmpty();
    }

    @Test
    void noLoadBalancerCanForgeKitsunesHeaders() throws Exception {
        platform("{gateway: {trustedProxies: {hops: 1}}}");
        awaitTrust(CLIENT, true);
        Answer answer = answer(
                CLIENT,
                Map.of("kitsune-var-greeting", "forged", "kitsune_scope", "gw/main", "x-envoy-retry-on", "5xx"));
        assertThat(answer.receivedOne("kitsune-var-greeting")).isEqualTo("Hello");
        assertThat(answer.received("kitsune_scope")).isEmpty();
        assertThat(answer.received("x-envoy-retry-on")).isEmpty();
    }

    private static void assertTrusted(Answer answer) {
        assertThat(answer.receivedOne("x-request-id")).isEqualTo("mine");
        assertThat(answer.receivedOne("x-forwarded-proto")).isEqualTo("https");
        assertThat(answer.receivedOne("x-forwarded-for")).startsWith("203.0.113.7,");
    }

    /**
     * The forged address is before the client's own address, as usual, because readers count from the end.
     */
    private static void assertDistrusted(Answer answer) {
        assertThat(answer.receivedOne("x-request-id")).isNotEqualTo("mine");
        assertThat(answer.receivedOne("x-forwarded-proto")).isEqualTo("http");
        assertThat(answer.receivedOne("x-forwarded-for")).startsWith("203.0.113.7,");
    }

    private static void platform(String spec) throws IOException {
        mesh.folder().write("platform.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: %s
                """.formatted(spec));
    }

    private static void awaitTrust(String source, boolean trusted) {
        Awaitility.await()
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> answer(source).receivedOne("x-request-id").equals("mine") == trusted);
    }

    private static Answer answer(String source) throws IOException {
        return answer(source, SENT);
    }

    /** Sends a request by HTTP/1.0, whose answers end with the connection. */
    private static Answer answer(String source, Map<String, String> headers) throws IOException {
        StringBuilder request = new StringBuilder("GET / HTTP/1.0\r\nHost: shop.localhost\r\nkitsune-env: main\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), mesh.gatewayPort()));
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).startsWith("HTTP/1.0 200 OK\r\n");
            return new Answer(200, Map.of(), JSON.readTree(text.substring(text.indexOf("\r\n\r\n") + 4)));
        }
    }
}
