package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.mesh.Mesh;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import io.netty.handler.ssl.ClientAuth;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls an external gRPC API over TLS. Each virtual environment uses its own client certificate and credential.
 */
class GrpcAdapterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * The time is longer than an Envoy waits for a virtual environment, because that limit must not apply to streams.
     */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Authority authority = new Authority("the API's authority");
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final HealthStatusManager health = new HealthStatusManager();
    private final LoopbackPorts ports = new LoopbackPorts();

    @TempDir
    Path temp;

    private Server api;
    private Mesh mesh;
    private ManagedChannel app;

    @BeforeEach
    void start() throws Exception {
        int port = ports.next();
        Issued own = authority.issue("ledger");
        api = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sslContext(GrpcSslContexts.forServer(stream(own.certificate()), stream(own.key()))
                        .trustManager(stream(authority.certificate()))
                        .clientAuth(ClientAuth.REQUIRE)
                        .build())
                .addService(health.getHealthService())
                .intercept(new Seeing(seen))
                .build()
                .start();
        mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "secretRef: {name: pay, key: main}}",
                        "secretRef: {name: pay, key: main}}, cert: {secretRef: {name: cert-main}},"
                                + " ca: {secretRef: {name: ca}}");
        mesh.folder()
                .edit("shop.yaml", "payments: {type: Adapter}}", "payments: {type: Adapter}, ledger: {type: Adapter}}");
        mesh.folder().write("ledger.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: ledger, namespace: shop}
                spec:
                  grpc:
                    url: https://127.0.0.1:%d
                    headers: {Authorization: "Bearer {{.Secrets.key}}"}
                    tls: {clientCertificate: "{{.Secrets.cert}}", ca: "{{.Secrets.ca}}", serverName: ledger}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: green, namespace: shop}
                spec:
                  parent: main
                  data: {secrets: {key: {secretRef: {name: pay, key: green}}, cert: {secretRef: {name: cert-green}}}}
                """.formatted(port));
        mesh.folder().writeSecret("pay", "green", "key-of-green");
        mesh.folder().writeSecret("ca", "ca.crt", authority.certificate());
        writeCertificate("cert-main", authority.issue("main"));
        writeCertificate("cert-green", authority.issue("green"));
        mesh.start(EnvoyBinary.find(System.err::println));
        app = NettyChannelBuilder.forAddress(
                        "127.0.0.1", mesh.sidecar("frontend").outboundPort())
                .usePlaintext()
                .overrideAuthority("ledger")
                .disableRetry()
                .build();
    }

    @AfterEach
    void stop() {
        app.shutdownNow();
        mesh.close();
        api.shutdownNow();
        ports.close();
    }

    @Test
    void eachVirtualEnvironmentUsesItsOwnCertificateAndCredential() {
        call("main");
        call("green");
        assertThat(seen).containsExactly("CN=main Bearer key-of-main", "CN=green Bearer key-of-green");
    }

    @Test
    void aStreamIsForwardedAndMayBeSilent() {
        Iterator<HealthCheckResponse> watch = HealthGrpc.newBlockingStub(in("green"))
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.getDefaultInstance());
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
        long begun = System.nanoTime();
        Awaitility.await().until(() -> System.nanoTime() - begun > SILENCE.toNanos());
        health.setStatus("", ServingStatus.NOT_SERVING);
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void aDeletedCertificateOnlyClosesItsVirtualEnvironmentEvenWithAnOpenConnection() throws Exception {
        call("main");
        call("green");
        mesh.folder().deleteSecret("cert-green", "tls.key");
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertUnavailable("green", "secret cert"));
        seen.clear();
        assertUnavailable("green", "secret cert");
        call("main");
        assertThat(seen).containsExactly("CN=main Bearer key-of-main");

        writeCertificate("cert-green", authority.issue("renewed"));
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            call("green");
            assertThat(seen).last().isEqualTo("CN=renewed Bearer key-of-green");
        });
    }

    @Test
    void aDeletedCredentialOnlyClosesItsVirtualEnvironment() throws Exception {
        call("green");
        mesh.folder().deleteSecret("pay", "green");
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertUnavailable("green", "secret key"));
        seen.clear();
        call("main");
        assertThat(seen).containsExactly("CN=main Bearer key-of-main");
    }

    private void assertUnavailable(String virtualEnvironment, String named) {
        assertThatThrownBy(() -> call(virtualEnvironment)).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(e.getStatus().getDescription()).contains(named);
        });
    }

    private void call(String virtualEnvironment) {
        assertThat(HealthGrpc.newBlockingStub(in(virtualEnvironment))
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    private Channel in(String virtualEnvironment) {
        Metadata context = new Metadata();
        context.put(GrpcApp.VIRTUAL_ENVIRONMENT, virtualEnvironment);
        return ClientInterceptors.intercept(app, MetadataUtils.newAttachHeadersInterceptor(context));
    }

    /** Writes the key last, because the certificate is incomplete without it. */
    private void writeCertificate(String secret, Issued issued) throws Exception {
        mesh.folder().writeSecret(secret, "tls.crt", issued.certificate());
        mesh.folder().writeSecret(secret, "tls.key", issued.key());
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** Records the clients and their credentials. */
    private record Seeing(List<String> seen) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            var session = Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            try {
                X509Certificate client = (X509Certificate) session.getPeerCertificates()[0];
                seen.add(client.getSubjectX500Principal() + " " + headers.get(AUTHORIZATION));
            } catch (SSLPeerUnverifiedException e) {
                throw new IllegalStateException("its handshake asks for a certificate", e);
            }
            return next.startCall(call, headers);
        }
    }
}
