package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token of {@code kitsune token} selects a virtual environment for all kinds of requests, also for long ones. */
class TokenIT {
    /**
     * The time is longer than an Envoy waits for a virtual environment, because that limit must not apply to streams.
     */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    @Test
    void theFirstRequestOfAFreshGatewayKeepsItsWholeBody() throws Exception {
        try (Mesh mesh = mesh(AppStarter.ECHO)) {
            String body = "x".repeat(400_000);
            Call refused = Call.post("http://shop.localhost/", body).in(new VirtualEnvironmentName("main"));
            assertThat(mesh.send(refused).status()).isEqualTo(401);
            mesh.replaceGateway();

            Answer answer = mesh.send(refused.with("authorization", "Bearer " + token(mesh)));

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.body().path("bodyBytes").asInt()).isEqualTo(body.length());
            assertThat(answer.body().path("bodyDigest").asText()).isEqualTo(Credential.shorten(body));
            assertThat(answer.received("authorization")).isEmpty();
        }
    }

    @Test
    void aRequestThatIsSilentForAWhileIsNotCutOff() throws Exception {
        try (Mesh mesh = mesh(AppStarter.ECHO)) {
            CompletableFuture<HttpResponse<String>> answer;
            try (PipedOutputStream upload = new PipedOutputStream()) {
                InputStream body = new PipedInputStream(upload, 1 << 16);
                answer = PlainClient.create()
                        .sendAsync(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mesh.gatewayPort() + "/upload"))
                                        .header("host", "shop.localhost")
                                        .header("kitsune-env", "main")
                                        .header("authorization", "Bearer " + token(mesh))
                                        .POST(BodyPublishers.ofInputStream(() -> body))
                                        .build(),
                                BodyHandlers.ofString());
                upload.write(new byte[40_000]);
                upload.flush();
                Awaitility.await()
                        .during(SILENCE)
                        .atMost(SILENCE.multipliedBy(3))
                        .until(() -> !answer.isDone());
                upload.write(new byte[2_000]);
            }
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body())
                    .contains("\"bodyBytes\":42000");
        }
    }

    @Test
    void aWebSocketMayBeTheFirstRequestAndStaysOpen() throws Exception {
        try (Mesh mesh = mesh(AppStarter.ECHO)) {
            CompletableFuture<String> received = new CompletableFuture<>();
            WebSocket socket = open(mesh, Map.of("cookie", "kitsune-token=" + token(mesh)), received);
            Awaitility.await().during(SILENCE).atMost(SILENCE.multipliedBy(3)).until(() -> !socket.isInputClosed());
            socket.sendText("hello", true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(received.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("frontend@f1 main hello");
            socket.abort();

            assertThatThrownBy(() -> open(mesh, Map.of(), received))
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
        }
    }

    @Test
    void aClientOfHttp2NeedsATokenToo() throws Exception {
        try (Mesh mesh = mesh(AppStarter.ECHO)) {
            Map<String, String> token = Map.of("authorization", "Bearer " + token(mesh));
            Answer answer = PriorKnowledge.get(mesh.gatewayPort(), "shop.localhost", "/", "main", token);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.body().path("protocol").asText())
                    .as("the headers of an app without gRPC")
                    .isEqualTo("HTTP/1.1");
            assertThat(PriorKnowledge.get(mesh.gatewayPort(), "shop.localhost", "/", "main")
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void aRefusedGrpcCallGetsAStatus() throws Exception {
        try (Mesh mesh = mesh(GrpcApp.STARTER)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", mesh.gatewayPort())
                    .usePlaintext()
                    .overrideAuthority("shop.localhost")
                    .disableRetry()
                    .build();
            try {
                Channel main = with(GrpcApp.VIRTUAL_ENVIRONMENT, "main", channel);
                Channel good = with(AUTHORIZATION, "Bearer " + token(mesh), main);
                HealthCheckRequest request = HealthCheckRequest.getDefaultInstance();
                Iterator<HealthCheckResponse> watch = HealthGrpc.newBlockingStub(good)
                        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .watch(request);
                assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
                assertThatThrownBy(() -> HealthGrpc.newBlockingStub(main).check(request))
                        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                            assertThat(e.getStatus().getDescription()).contains("main");
                        });
                Channel other = with(GrpcApp.VIRTUAL_ENVIRONMENT, "green", channel);
                assertThatThrownBy(() -> HealthGrpc.newBlockingStub(with(AUTHORIZATION, "Bearer " + token(mesh), other))
                                .check(request))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private Mesh mesh(AppStarter apps) throws Exception {
        Mesh mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        Tokens.askedFor(mesh, "main");
        return mesh.start(envoy, Scopes.ON_DEMAND, apps);
    }

    private static String token(Mesh mesh) {
        return Tokens.of(mesh, "main");
    }

    private static WebSocket open(Mesh mesh, Map<String, String> headers, CompletableFuture<String> received)
            throws Exception {
        WebSocket.Builder builder = PlainClient.create()
                .newWebSocketBuilder()
                .header("host", "shop.localhost")
                .header("kitsune-env", "main");
        headers.forEach(builder::header);
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + mesh.gatewayPort() + "/ws"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        received.complete(data.toString());
                        return null;
                    }
                })
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Channel with(Metadata.Key<String> header, String value, Channel channel) {
        Metadata metadata = new Metadata();
        metadata.put(header, value);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }
}
