package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients use TLS at a gateway, with certificates from Secrets. */
class GatewayTlsIT {
    private static final String SHOP = "shop.localhost";
    private static final String PREVIEW = "main.preview.localhost";
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");

    @TempDir
    static Path temp;

    private static final Authority AUTHORITY = new Authority("the company's authority");
    private static Mesh mesh;
    private static int port;
    private static int tlsPort;
    private static EnvoyProcess gateway;
    private static TlsClients clients;

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        write("shop-tls", AUTHORITY.issue(SHOP));
        write("preview-tls", AUTHORITY.issue("*.preview.localhost"));
        platform("");
        // The JDK's client for HTTP/2 asks for the host of the URL.
        mesh.folder()
                .edit("shop.yaml", "rule: Host(`shop.localhost`)", "rule: Host(`shop.localhost`) || Host(`127.0.0.1`)");
        mesh.start(EnvoyBinary.find(System.err::println));
        port = mesh.ports().next();
        tlsPort = mesh.ports().next();
        gateway = gateway(mesh, "tls-gateway", port, tlsPort);
        clients = new TlsClients(AUTHORITY.certificate(), tlsPort);
    }

    private static EnvoyProcess gateway(Mesh mesh, String name, int port, int tlsPort) throws Exception {
        int admin = mesh.ports().next();
        String bootstrap = BootstrapText.of(
                new Proxy.GatewayProxy("127.0.0.1", port, tlsPort, Scopes.ON_DEMAND),
                mesh.controlPlane().xdsPort(),
                admin);
        return EnvoyProcess.start(EnvoyBinary.find(System.err::println), name, bootstrap, admin, temp)
                .awaitReady(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        mesh.close();
    }

    @BeforeEach
    void awaitUsual() throws Exception {
        platform("");
        Issued shop = AUTHORITY.issue(SHOP);
        write("shop-tls", shop);
        awaitShown(clients, SHOP, shop);
        Awaitility.await().untilAsserted(() -> {
            assertThat(plain("GET").statusCode()).isEqualTo(200);
            assertThat(mesh.controlPlane().state().problems().all()).isEmpty();
        });
    }

    @Test
    void bothVersionsOfHttpAreOffered() throws Exception {
        for (Version version : Version.values()) {
            HttpResponse<String> response = tls(SHOP, version, "/");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
        }
    }

    @Test
    void theAppSeesThatTheClientUsesTlsAndNothingThatItForged() throws Exception {
        Answer answer = clients.gateway(SHOP, Version.HTTP_1_1)
                .send(Call.get("http://shop.localhost/")
                        .in(MAIN)
                        .with("x-forwarded-proto", "http")
                        .with("x-forwarded-for", "203.0.113.7")
                        .with("x-forwarded-client-cert", "Hash=0000;Subject=\"CN=admin\"")
                        .with("kitsune-var-greeting", "forged"));
        assertThat(answer.receivedOne("x-forwarded-proto")).isEqualTo("https");
        assertThat(answer.receivedOne("x-forwarded-for")).matches("203\\.0\\.113\\.7,[0-9.]+");
        assertThat(answer.received("x-forwarded-client-cert")).isEmpty();
        assertThat(answer.receivedOne("kitsune-var-greeting")).isEqualTo("Hello");
        Answer plain = new GatewayClient(port, Duration.ofSeconds(40))
                .send(Call.get("http://shop.localhost/").in(MAIN).with("x-forwarded-client-cert", "Hash=0000"));
        assertThat(plain.receivedOne("x-forwarded-proto")).isEqualTo("http");
        assertThat(plain.received("x-forwarded-client-cert")).isEmpty();
    }

    @Test
    void eachHostHasItsCertificate() throws Exception {
        assertThat(clients.shown(SHOP).getSubjectX500Principal().getName()).isEqualTo("CN=" + SHOP);
        assertThat(clients.shown("other.localhost").getSubjectX500Principal().getName())
                .isEqualTo("CN=" + SHOP);
        assertThat(clients.shown(PREVIEW).getSubjectX500Principal().getName()).isEqualTo("CN=*.preview.localhost");
    }

    @Test
    void aPreviewHostSelectsItsVirtualEnvironment() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + tlsPort + "/"))
                .header("host", PREVIEW)
                .build();
        mesh.folder().edit("shop.yaml", "Host(`shop.localhost`)", "PathPrefix(`/`)");
        try {
            Awaitility.await().untilAsserted(() -> {
                HttpResponse<String> response =
                        clients.http(PREVIEW, Version.HTTP_1_1).send(request, BodyHandlers.ofString());
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            });
        } finally {
            mesh.folder().edit("shop.yaml", "PathPrefix(`/`)", "Host(`shop.localhost`)");
        }
    }

    @Test
    void aWebSocketPassesThroughTls() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = clients.http(SHOP, Version.HTTP_1_1)
                .newWebSocketBuilder()
                .header("host", SHOP)
                .header("kitsune-env", "main")
                .buildAsync(URI.create("wss://127.0.0.1:" + tlsPort + "/ws"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        answer.complete(text.toString());
                        return CompletableFuture.completedStage(null);
                    }
                })
                .get(30, TimeUnit.SECONDS);
        socket.sendText("one", true).get(10, TimeUnit.SECONDS);
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("frontend@f1 main one");
        socket.abort();
    }

    @Test
    void grpcCallsAndStreamsPassThroughTls() throws Exception {
        try (Mesh calls = LiveShop.mesh(Files.createDirectory(temp.resolve("grpc")))) {
            write(calls, "shop-tls", AUTHORITY.issue(SHOP));
            write(calls, "preview-tls", AUTHORITY.issue("*.preview.localhost"));
            calls.folder().write("platform.yaml", platformText(""));
            calls.start(EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, GrpcApp.STARTER);
            int there = calls.ports().next();
            EnvoyProcess process = gateway(calls, "grpc-gateway", calls.ports().next(), there);
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", there)
                    .overrideAuthority(SHOP)
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(new ByteArrayInputStream(
                                    AUTHORITY.certificate().getBytes(StandardCharsets.US_ASCII)))
                            .build())
                    .build();
            try {
                Metadata context = new Metadata();
                context.put(GrpcApp.VIRTUAL_ENVIRONMENT, "main");
                Channel main =
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(context));
                assertThat(HealthGrpc.newBlockingStub(main)
                                .withWaitForReady()
                                .withDeadlineAfter(30, TimeUnit.SECONDS)
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
                assertThat(answersOfStream(main)).isEqualTo(2);
            } finally {
                channel.shutdownNow();
                process.close();
            }
        }
    }

    /** Asks twice on one stream, the second time after the first answer, and returns how many answers came until its end. */
    private static int answersOfStream(Channel channel) throws Exception {
        AtomicInteger answers = new AtomicInteger();
        CompletableFuture<Integer> end = new CompletableFuture<>();
        AtomicReference<StreamObserver<ServerReflectionRequest>> requests = new AtomicReference<>();
        ServerReflectionRequest question =
                ServerReflectionRequest.newBuilder().setListServices("").build();
        StreamObserver<ServerReflectionRequest> opened = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse answer) {
                        if (answers.incrementAndGet() == 1) {
                            StreamObserver<ServerReflectionRequest> open = Objects.requireNonNull(requests.get());
                            open.onNext(question);
                            open.onCompleted();
                        }
                    }

                    @Override
                    public void onError(Throwable error) {
                        end.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(answers.get());
                    }
                });
        requests.set(opened);
        opened.onNext(question);
        return end.get(30, TimeUnit.SECONDS);
    }

    @Test
    void theOldestVersionOfTlsIsChosen() throws Exception {
        assertThat(versionOf(clients.connect(SHOP, "TLSv1.2"))).isEqualTo("TLSv1.2");
        assertThat(versionOf(clients.connect(SHOP))).isEqualTo("TLSv1.3");
        platform("minimumVersion: TLSv1_3");
        Awaitility.await().untilAsserted(() -> assertThatThrownBy(() -> versionOf(clients.connect(SHOP, "TLSv1.2")))
                .isInstanceOf(SSLException.class));
        assertThat(clients.askOnce(SHOP)).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void requestsWithoutTlsAreRedirectedIfThePlatformSaysSo() throws Exception {
        platform("redirect: true");
        Awaitility.await()
                .untilAsserted(() -> assertThat(plain("GET").statusCode()).isEqualTo(301));
        assertThat(plain("GET").headers().firstValue("location")).hasValue("https://shop.localhost/a%20b?c=d");
        assertThat(plain("POST").statusCode()).isEqualTo(308);
        assertThat(tls(SHOP, Version.HTTP_1_1, "/").statusCode()).isEqualTo(200);
        assertThat(mesh.send(Call.get("http://shop.localhost/").in(MAIN)).status())
                .as("a gateway without a port for TLS redirects nobody")
                .isEqualTo(200);
    }

    @Test
    void aNewCertificateIsShownToNewConnectionsAndClosesNone() throws Exception {
        Load.Check check = LiveShop.check(MAIN, () -> Set.of(LiveShop.MAIN));
        List<Load> loads = new ArrayList<>();
        try (SSLSocket open = clients.connect(SHOP)) {
            assertThat(TlsClients.ask(open, SHOP, false)).isEqualTo("HTTP/1.1 200 OK");
            for (Version version : Version.values()) {
                loads.add(new Load(clients.gateway(SHOP, version), 4, List.of(check)));
            }
            int fresh = 0;
            for (int i = 0; i < 5; i++) {
                Issued next = AUTHORITY.issue(SHOP);
                write("shop-tls", next);
                long serial = serial(next);
                while (serialOf(clients.shown(SHOP)) != serial) {
                    assertThat(clients.askOnce(SHOP)).isEqualTo("HTTP/1.1 200 OK");
                    fresh++;
                }
                for (Load load : loads) {
                    load.awaitMore(50);
                }
            }
            assertThat(fresh).as("requests on connections of their own").isPositive();
            assertThat(TlsClients.ask(open, SHOP, true))
                    .as("the oldest connection")
                    .isEqualTo("HTTP/1.1 200 OK");
        } finally {
            loads.forEach(Load::close);
        }
        for (Load load : loads) {
            assertThat(load.failures()).isEmpty();
            assertThat(load.done()).isGreaterThan(250);
        }
    }

    @Test
    void anUnusableCertificateIsAProblemAndTheLastGoodOneStays() throws Exception {
        long before = serialOf(clients.shown(SHOP));
        Issued other = AUTHORITY.issue(SHOP);
        mesh.folder().writeSecret("shop-tls", "tls.key", other.key());
        awaitProblem("InvalidValue", "tls.key is not the key of the certificate");
        assertThat(serialOf(clients.shown(SHOP))).isEqualTo(before);

        mesh.folder().writeSecret("shop-tls", "tls.crt", "no certificate");
        awaitProblem("InvalidValue", "tls.crt holds no certificate in PEM");
        assertThat(serialOf(clients.shown(SHOP))).isEqualTo(before);

        mesh.folder().deleteSecret("shop-tls", "tls.crt");
        mesh.folder().deleteSecret("shop-tls", "tls.key");
        awaitProblem("MissingSecret", "tls.crt is missing");
        assertThat(serialOf(clients.shown(SHOP))).isEqualTo(before);
        assertThat(clients.askOnce(SHOP)).isEqualTo("HTTP/1.1 200 OK");
        assertThat(gateway.admin().sum("update_rejected$"))
                .as("Envoy never sees it")
                .isZero();

        // A gateway that starts now has no certificate for the host, and everything else goes on.
        int otherPort = mesh.ports().next();
        int otherTlsPort = mesh.ports().next();
        try (EnvoyProcess late = gateway(mesh, "late-gateway", otherPort, otherTlsPort)) {
            late.requireAlive();
            TlsClients there = new TlsClients(AUTHORITY.certificate(), otherTlsPort);
            Awaitility.await().untilAsserted(() -> assertThat(
                            there.shown(PREVIEW).getSubjectX500Principal().getName())
                    .isEqualTo("CN=*.preview.localhost"));
            assertThatThrownBy(() -> there.shown(SHOP)).isInstanceOf(IOException.class);
            assertThat(new GatewayClient(otherPort, Duration.ofSeconds(40))
                            .send(Call.get("http://shop.localhost/").in(MAIN))
                            .status())
                    .isEqualTo(200);
            Issued mended = AUTHORITY.issue(SHOP);
            write("shop-tls", mended);
            awaitShown(there, SHOP, mended);
            assertThat(there.askOnce(SHOP)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void anExpiredCertificateIsAProblemAndIsShownAllTheSame() throws Exception {
        Issued expired = AUTHORITY.issueExpired(SHOP);
        write("shop-tls", expired);

        awaitProblem("ExpiringCertificate", "has expired at ");
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThatThrownBy(
                        () -> clients.shown(SHOP))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("CertificateExpired"));
        assertThat(plain("GET").statusCode()).isEqualTo(200);
    }

    private static String versionOf(SSLSocket connection) throws IOException {
        try (connection) {
            return connection.getSession().getProtocol();
        }
    }

    private static void awaitProblem(String code, String words) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        mesh.controlPlane().state().problems().all())
                .anySatisfy(problem -> {
                    assertThat(problem.code().name()).isEqualTo(code);
                    assertThat(problem.message()).contains("shop-tls").contains(words);
                }));
    }

    private static void awaitShown(TlsClients clients, String host, Issued issued) throws Exception {
        long serial = serial(issued);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> serialOf(clients.shown(host)) == serial);
    }

    private static long serial(Issued issued) throws Exception {
        return serialOf(TlsClients.certificate(issued.certificate()));
    }

    private static long serialOf(X509Certificate certificate) {
        return certificate.getSerialNumber().longValue();
    }

    private static HttpResponse<String> tls(String host, Version version, String path) throws Exception {
        return clients.http(host, version)
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + tlsPort + path))
                                .header("host", host)
                                .header("kitsune-env", "main")
                                .build(),
                        BodyHandlers.ofString());
    }

    private static HttpResponse<String> plain(String method) throws Exception {
        HttpClient client = PlainClient.create();
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/a%20b?c=d"))
                        .method(method, BodyPublishers.noBody())
                        .header("host", SHOP)
                        .header("kitsune-env", "main")
                        .build(),
                BodyHandlers.ofString());
    }

    private static void write(String secret, Issued issued) throws IOException {
        write(mesh, secret, issued);
    }

    private static void write(Mesh mesh, String secret, Issued issued) throws IOException {
        mesh.folder().writeSecret(secret, "tls.crt", issued.certificate());
        mesh.folder().writeSecret(secret, "tls.key", issued.key());
    }

    private static void platform(String more) throws IOException {
        mesh.folder().write("platform.yaml", platformText(more));
    }

    /** @param more a further field of TLS */
    private static String platformText(String more) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec:
                  context: {host: "{env}.preview.localhost"}
                  gateway:
                    tls:
                      certificates:
                        - {secretRef: {name: shop-tls}}
                        - {hosts: ["*.preview.localhost"], secretRef: {name: preview-tls}}
                """ + (more.isEmpty() ? "" : "      " + more + "\n");
    }
}
