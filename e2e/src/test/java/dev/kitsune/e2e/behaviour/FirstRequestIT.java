package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sends first requests to fresh Envoys and unused virtual environments. Loading loses nothing of these requests.
 */
class FirstRequestIT {
    private static final int AT_ONCE = 50;
    private static final Duration LONGER_THAN_ANY_PROXY = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    /**
     * Sends one request through the gateway to the adapter, and one from an app in a virtual environment that only its
     * sidecar has not loaded.
     */
    @ParameterizedTest
    @CsvSource({"400_000,false", "400_000,true", "8_000_000,false", "8_000_000,true"})
    void aBodyArrivesCompletelyWithTheRightCredential(String size, boolean chunked) throws Exception {
        String body = body(Integer.parseInt(size.replace("_", "")));
        try (Mesh mesh = mesh("green", "blue")) {
            mesh.start(envoy);

            Answer answer = post(
                    mesh.gatewayPort(),
                    "shop.localhost",
                    "/?call=http%3A%2F%2Fcart%2F&call=http%3A%2F%2Fpayments%2Fcharge",
                    "green",
                    publisher(body, chunked));
            assertThat(LiveShop.fault(
                            new VirtualEnvironmentName("green"),
                            answer,
                            Set.of(Visit.of("Of-green", "c2", "key-of-green"))))
                    .isEmpty();
            assertWhole(answer, body);
            assertThat(answer.calls()).allSatisfy(call -> assertWhole(call, body));

            int app = mesh.sidecar("frontend").outboundPort();
            Answer payment = post(app, "payments", "/charge", "blue", publisher(body, chunked));
            assertThat(payment.status()).as(payment.text()).isEqualTo(200);
            assertThat(payment.credential()).isEqualTo(Credential.shorten("Bearer key-of-blue"));
            assertWhole(payment, body);
        }
    }

    @Test
    void fiftyConcurrentRequestsEachReachTheirOwnVirtualEnvironment() throws Exception {
        String[] virtualEnvironments = new String[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            virtualEnvironments[i] = "env-" + i;
        }
        try (Mesh mesh = mesh(virtualEnvironments)) {
            mesh.start(envoy);
            GatewayClient client = mesh.client();
            Map<String, CompletableFuture<Answer>> answers = new TreeMap<>();
            for (String virtualEnvironment : virtualEnvironments) {
                answers.put(
                        virtualEnvironment,
                        client.start(withBody(
                                LiveShop.visit(new VirtualEnvironmentName(virtualEnvironment)),
                                body(virtualEnvironment))));
            }
            for (Map.Entry<String, CompletableFuture<Answer>> pending : answers.entrySet()) {
                String virtualEnvironment = pending.getKey();
                Answer answer = pending.getValue().get();
                Visit own = Visit.of("Of-" + virtualEnvironment, "c2", "key-of-" + virtualEnvironment);
                assertThat(LiveShop.fault(new VirtualEnvironmentName(virtualEnvironment), answer, Set.of(own)))
                        .isEmpty();
                assertWhole(answer, body(virtualEnvironment));
            }
        }
    }

    /** Creates a mesh in which each virtual environment has its own variable, component version and credential. */
    private Mesh mesh(String... virtualEnvironments) throws Exception {
        Mesh mesh = LiveShop.mesh(temp);
        for (String virtualEnvironment : virtualEnvironments) {
            mesh.folder()
                    .write(
                            virtualEnvironment + ".yaml",
                            LiveShop.virtualEnvironment(virtualEnvironment, "Of-" + virtualEnvironment, "c2"));
            mesh.folder().writeSecret("pay", virtualEnvironment, "key-of-" + virtualEnvironment);
        }
        return mesh;
    }

    private static Call withBody(Call call, String body) {
        return new Call(call.method(), call.url(), call.headers(), body, call.calls(), call.pass());
    }

    private static String body(String virtualEnvironment) {
        return body(20_000 + virtualEnvironment.hashCode() % 10_000);
    }

    /** Returns a body in which no two pieces are equal. */
    private static String body(int size) {
        StringBuilder text = new StringBuilder(size + 16);
        for (int i = 0; text.length() < size; i++) {
            text.append(i).append(' ');
        }
        return text.substring(0, size);
    }

    private static BodyPublisher publisher(String body, boolean chunked) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                : BodyPublishers.ofByteArray(bytes);
    }

    private static void assertWhole(Answer answer, String body) {
        assertThat(answer.body().path("bodyBytes").asInt()).isEqualTo(body.length());
        assertThat(answer.body().path("bodyDigest").asText()).isEqualTo(Credential.shorten(body));
    }

    private static Answer post(int port, String host, String path, String virtualEnvironment, BodyPublisher body)
            throws Exception {
        HttpResponse<String> response = PlainClient.create()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("host", host)
                                .header("kitsune-env", virtualEnvironment)
                                .timeout(LONGER_THAN_ANY_PROXY)
                                .POST(body)
                                .build(),
                        BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers().map(), JSON.readTree(response.body()));
    }
}
