package dev.kitsune.e2e.behaviour;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.envoy.Proxy.Scopes;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests gRPC calls, streams and errors of external clients and of apps, through a gateway and sidecars. */
class GrpcIT {
    /**
     * The time is longer than an Envoy waits for a virtual environment, because that limit must not apply to streams.
     */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    @TempDir
    static Path temp;

    private static final List<ManagedChannel> CHANNELS = new ArrayList<>();

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        mesh.folder().edit("shop.yaml", "cart: {version: c1}", "cart: {version: c1, secrets: {key: {required: true}}}");
        LiveShop.addGreen(mesh.folder());
        // The secret has no file.
        mesh.folder().write("keyless.yaml", LiveShop.virtualEnvironment("keyless", "Keyless", "c1"));
        mesh.start(EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, GrpcApp.STARTER);
    }

    @AfterAll
    static void stop() {
        CHANNELS.forEach(ManagedChannel::shutdownNow);
        mesh.close();
    }

    @Test
    void aCallFromOutsideReachesItsVirtualEnvironment() {
        assertThat(check(gateway(), "green")).isEqualTo("frontend@f1 in green, greeting Green");
        assertThat(check(gateway(), "main")).isEqualTo("frontend@f1 in main, greeting Hello");
    }

    @Test
    void aCallOfAnAppReachesItsVirtualEnvironmentsVersion() {
        assertThat(check(app("cart"), "green")).startsWith("cart@c2 in green");
        assertThat(check(app("cart"), "main")).startsWith("cart@c1 in main");
    }

    @Test
    void aStreamHasBothDirectionsAndMayBeSilent() {
        List<Replies> all = List.of(new Replies(gateway()), new Replies(app("cart")));
        all.forEach(replies -> replies.ask(1));
        Awaitility.await().during(SILENCE).atMost(SILENCE.multipliedBy(3)).until(() -> all.stream()
                .allMatch(replies -> replies.end.get() == null));
        all.forEach(replies -> {
            replies.ask(2);
            replies.requests.onCompleted();
            Awaitility.await().untilAsserted(() -> assertThat(replies.end.get()).isEqualTo(Status.OK));
        });
    }

    @Test
    void anUnknownVirtualEnvironmentIsAStatusThatNamesIt() {
        assertStatus(() -> check(gateway(), "nowhere"), Status.Code.UNIMPLEMENTED, "nowhere");
        assertStatus(() -> check(app("cart"), "nowhere"), Status.Code.UNIMPLEMENTED, "nowhere");
    }

    @Test
    void anUndeclaredDependencyIsAStatusThatNamesTheCaller() {
        assertStatus(() -> check(app("ledger"), "green"), Status.Code.PERMISSION_DENIED, "shop/frontend@f1");
    }

    @Test
    void aMissingSecretOfAComponentIsUnavailableAndNamed() {
        assertStatus(() -> check(app("cart"), "keyless"), Status.Code.UNAVAILABLE, "secret key");
    }

    @Test
    void aMissingSecretOfAnAdapterIsUnavailableAndNamed() {
        assertStatus(() -> check(app("payments"), "keyless"), Status.Code.UNAVAILABLE, "secret key");
    }

    private static void assertStatus(ThrowingCallable call, Status.Code code, String named) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(named);
        });
    }

    /** Makes a health check, and returns the app's text. */
    private static String check(Channel channel, String virtualEnvironment) {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        Channel capturing = ClientInterceptors.intercept(
                in(virtualEnvironment, channel),
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
        ServingStatus status = HealthGrpc.newBlockingStub(capturing)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
        assertThat(status).isEqualTo(ServingStatus.SERVING);
        return requireNonNull(requireNonNull(headers.get()).get(GrpcApp.SEEN));
    }

    private static Channel in(String virtualEnvironment, Channel channel) {
        Metadata context = new Metadata();
        context.put(GrpcApp.VIRTUAL_ENVIRONMENT, virtualEnvironment);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(context));
    }

    private static Channel gateway() {
        return channel(mesh.gatewayPort(), "shop.localhost");
    }

    /** Returns a channel that calls like the frontend's app. */
    private static Channel app(String dependency) {
        return channel(mesh.sidecar("frontend").outboundPort(), dependency);
    }

    private static Channel channel(int port, String authority) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .overrideAuthority(authority)
                .disableRetry()
                .build();
        CHANNELS.add(channel);
        return channel;
    }

    /** A stream in green, with its replies and its end. */
    private static final class Replies implements StreamObserver<ServerReflectionResponse> {
        private final List<ServerReflectionResponse> received = new CopyOnWriteArrayList<>();
        private final AtomicReference<Status> end = new AtomicReference<>();
        private final StreamObserver<ServerReflectionRequest> requests;

        Replies(Channel channel) {
            requests = ServerReflectionGrpc.newStub(in("green", channel)).serverReflectionInfo(this);
        }

        /** Sends a request, and waits for the nth reply. */
        void ask(int nth) {
            requests.onNext(
                    ServerReflectionRequest.newBuilder().setListServices("").build());
            Awaitility.await().untilAsserted(() -> assertThat(received).hasSize(nth));
            assertThat(received.get(nth - 1).getListServicesResponse().getServiceList())
                    .anySatisfy(service -> assertThat(service.getName()).isEqualTo("grpc.health.v1.Health"));
        }

        @Override
        public void onNext(ServerReflectionResponse reply) {
            received.add(reply);
        }

        @Override
        public void onError(Throwable error) {
            end.set(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.set(Status.OK);
        }
    }
}
