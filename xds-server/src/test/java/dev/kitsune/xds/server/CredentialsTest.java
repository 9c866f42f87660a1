package dev.kitsune.xds.server;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.kitsune.xds.access.FolderAccess;
import dev.kitsune.xds.access.Proxies;
import dev.kitsune.xds.access.ProxyToken;
import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Mesh;
import dev.kitsune.xds.protocol.MeshResources;
import dev.kitsune.xds.replica.ReplicaChannels;
import dev.kitsune.xds.replica.ReplicaLines;
import dev.kitsune.xds.replica.ReplicaToken;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Nothing of the port for Envoys answers a caller without credentials. The server itself lists what there is to call. */
class CredentialsTest {
    private static final URI CART = URI.create("kitsune:workload/shop/cart/c1#cart");
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path temp;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ResourceStore store = new ResourceStore(new MeshResources(), meters);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Proxies proxies;

    @SuppressWarnings("NullAway.Init") // set before each test
    private FolderAccess access;

    @SuppressWarnings("NullAway.Init") // set before each test
    private XdsServer server;

    @BeforeEach
    void serve() throws Exception {
        proxies = new Proxies(temp.resolve("tls"));
        access = FolderAccess.open(new TlsFolder(proxies.folder()), InstantSource.system());
        ReplicaLines lines = new ReplicaLines(
                Set::of,
                ReplicaChannels.by(InsecureChannelCredentials.create(), null),
                ReplicaToken.of("known-to-replicas-only"));
        server = new XdsServer(
                        store,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (virtualEnvironment, at) -> {},
                        name -> false,
                        meters,
                        new Peers(List.of(), lines, null),
                        access.access())
                .start();
        new Mesh().virtualEnvironment("a").publishTo(store);
    }

    @AfterEach
    void stop() {
        proxies.close();
        server.close();
        access.close();
    }

    /** Calls a method with an empty message, and returns how the call ends. */
    private static Status call(Channel channel, MethodDescriptor<?, ?> method) {
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setFullMethodName(method.getFullMethodName())
                        .setType(method.getType())
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(new byte[0]);
        call.halfClose();
        return end.join();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private List<? extends MethodDescriptor<?, ?>> methods() {
        return server.services().stream()
                .flatMap(service -> service.getMethods().stream())
                .map(ServerMethodDefinition::getMethodDescriptor)
                .toList();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .audience(ProxyToken.AUDIENCE)
                .subject("cart")
                .claim("kitsune", "workload/shop/cart/c1")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    /** Everything that must not open the port, by what is wrong with it. */
    private Map<String, Channel> wrong() throws Exception {
        Proxies others = new Proxies(temp.resolve("others"));
        Map<String, String> tokens = new LinkedHashMap<>();
        String valid = proxies.signed(claims().build());
        tokens.put("garbage", "not-a-token");
        tokens.put("an empty token", "");
        tokens.put("another key", others.signed(claims().build()));
        tokens.put("another audience", proxies.signed(claims().audience("api").build()));
        tokens.put(
                "two audiences",
                proxies.signed(
                        claims().audience(List.of(ProxyToken.AUDIENCE, "api")).build()));
        tokens.put(
                "no audience", proxies.signed(claims().audience((String) null).build()));
        tokens.put(
                "expired",
                proxies.signed(claims().expirationTime(Date.from(Instant.now().minusSeconds(1)))
                        .build()));
        tokens.put(
                "without an end", proxies.signed(claims().expirationTime(null).build()));
        tokens.put(
                "without rights", proxies.signed(claims().claim("kitsune", null).build()));
        tokens.put(
                "rights of nothing",
                proxies.signed(claims().claim("kitsune", "workload/shop").build()));
        tokens.put("without a name", proxies.signed(claims().subject(null).build()));
        tokens.put(
                "a name that is none", proxies.signed(claims().subject("a\nb").build()));
        tokens.put("a changed token", valid.substring(0, valid.lastIndexOf('.') + 1) + "AAAA");
        tokens.put(
                "no signature",
                "eyJhbGciOiJub25lIn0" + valid.substring(valid.indexOf('.'), valid.lastIndexOf('.') + 1));
        tokens.put("huge", valid + "A".repeat(6000));
        Map<String, KeyedCertificate> certificates = new LinkedHashMap<>();
        CertificateAuthority own = proxies.authority();
        certificates.put("a certificate of another CA", others.authority().client("cart", CART, Duration.ofDays(1)));
        certificates.put("a certificate of a server", own.server(List.of("localhost"), Duration.ofDays(1)));
        certificates.put(
                "a certificate that names no proxy", own.client("cart", URI.create("spiffe://x"), Duration.ofDays(1)));
        certificates.put("an expired certificate", own.client("cart", CART, Duration.ofSeconds(-1)));

        Map<String, Channel> wrong = new LinkedHashMap<>();
        wrong.put("nothing", proxies.connect(server.port(), null, null));
        for (Map.Entry<String, String> token : tokens.entrySet()) {
            wrong.put(token.getKey(), proxies.connect(server.port(), token.getValue()));
        }
        for (Map.Entry<String, KeyedCertificate> certificate : certificates.entrySet()) {
            wrong.put(certificate.getKey(), proxies.connect(server.port(), null, certificate.getValue()));
        }
        // A wrong token is not made good by a good certificate.
        wrong.put(
                "a wrong token beside a certificate",
                proxies.connect(server.port(), "not-a-token", own.client("cart", CART, Duration.ofDays(1))));
        return wrong;
    }

    @Test
    void noMethodAnswersACallerWithoutCredentials() throws Exception {
        assertThat(methods()).hasSizeGreaterThan(10);
        for (Map.Entry<String, Channel> caller : wrong().entrySet()) {
            for (MethodDescriptor<?, ?> method : methods()) {
                Status end = call(caller.getValue(), method);
                assertThat(end.getCode())
                        .as("%s with %s: %s", method.getFullMethodName(), caller.getKey(), end)
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(end.getDescription()).as("what to do").contains(":");
            }
        }
        assertThat(server.streams()).isEmpty();
        assertThat(meters.get("kitsune.xds.calls.refused")
                        .tag("reason", "unauthenticated")
                        .counter()
                        .count())
                .isGreaterThan(100);
    }

    @Test
    void thereIsNoReflectionAndNoHealthService() {
        assertThat(server.services())
                .extracting(service -> service.getServiceDescriptor().getName())
                .containsExactlyInAnyOrder(
                        "envoy.service.discovery.v3.AggregatedDiscoveryService",
                        "envoy.service.cluster.v3.ClusterDiscoveryService",
                        "envoy.service.endpoint.v3.EndpointDiscoveryService",
                        "envoy.service.listener.v3.ListenerDiscoveryService",
                        "envoy.service.route.v3.RouteDiscoveryService",
                        "envoy.service.secret.v3.SecretDiscoveryService",
                        "opentelemetry.proto.collector.logs.v1.LogsService",
                        "dev.kitsune.VirtualEnvironments",
                        "dev.kitsune.ReplicaStreams");
    }

    @Test
    void aTokenOrAClientCertificateOpensThePort() throws Exception {
        String token = proxies.gatewayToken();
        KeyedCertificate certificate =
                proxies.authority().client("gw", URI.create("kitsune:gateway#gw"), Duration.ofDays(1));
        for (Channel channel : List.of(
                proxies.connect(server.port(), token),
                proxies.connect(server.port(), "Bearer " + token),
                proxies.connect(server.port(), "bearer " + token),
                proxies.connect(server.port(), null, certificate))) {
            DeltaClient client = new DeltaClient(channel, DeltaClient.node("test", DeltaClient.GATEWAY));
            assertThat(client.subscribe(CLUSTER).nextAcked().getResourcesCount())
                    .isEqualTo(1);
            client.close();
        }
    }

    @Test
    void anAttackerCannotFillTheLogNorReadTokensInIt() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        String token = proxies.signed(claims().audience("api").build());
        try {
            Channel channel = proxies.connect(server.port(), token);
            for (int i = 0; i < 50; i++) {
                assertThat(call(channel, methods().get(0)).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            }
        } finally {
            root.detachAppender(log);
        }
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("refused"))
                .singleElement()
                .asString()
                .contains("another audience")
                .doesNotContain(token, token.substring(token.lastIndexOf('.') + 1));
    }
}
