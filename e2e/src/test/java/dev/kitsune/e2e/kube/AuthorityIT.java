package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.k8s.authority.AuthorityKeeper;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cluster.MeshSettings;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.Pem;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The certificate authority of a cluster, its rotation, and the certificates of replicas, with real Envoys under load. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Volumes of tests follow their ConfigMap within a second. */
    private static final Duration SPREAD = Duration.ofSeconds(3);

    private static final Duration SHORT_AGE = Duration.ofSeconds(1);
    private static final int MANY = 1000;

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;
    private ClusterAuthority authority;
    private LoopbackPorts ports;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        ports = opened.add(new LoopbackPorts());
        authority = new ClusterAuthority(server);
        authority.secret().delete();
        server.client()
                .configMaps()
                .inNamespace(ServedCluster.SYSTEM)
                .withName("kitsune-ca")
                .delete();
        cluster = ServedCluster.on(server);
        cluster.deployment("shop-1", "f1");
        cluster.virtualEnvironment("main", "{environment: dev, release: {apps: {shop: {appDeployment: shop-1}}}}");
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
    }

    private static MeshSettings settings(Duration connectionAge, Duration certificateLife, Duration spread) {
        return new MeshSettings("kitsune", ServiceAccounts.GATEWAY, connectionAge, certificateLife, spread);
    }

    private ControlPlane replica(String name, MeshSettings settings) throws Exception {
        return opened.add(cluster.replica(name, settings));
    }

    private ClusterGateway mesh(int xdsPort) throws Exception {
        opened.add(new FakeKubelet(server, cluster.shop(), xdsPort, folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, xdsPort, ports, folder));
        gateway.awaitVersion("main", "f1", PATIENCE);
        return gateway;
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    /** Returns how many authorities pods of the team trust. */
    private int trusted() throws Exception {
        return Pem.certificates(bundle(cluster.shop())).size();
    }

    private String bundle(String namespace) {
        ConfigMap map = server.client()
                .configMaps()
                .inNamespace(namespace)
                .withName("kitsune-ca")
                .require();
        return Objects.requireNonNull(map.getData().get("ca.crt"), "ca.crt");
    }

    /** Returns the certificate that the port for Envoys shows now. */
    private static X509Certificate shown(int port) throws Exception {
        SSLContext any = SSLContext.getInstance("TLS");
        any.init(null, new TrustManager[] {new EveryCertificate()}, new SecureRandom());
        try (SSLSocket socket = (SSLSocket) any.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** Believes every certificate, because the test only looks at it. */
    private static final class EveryCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static Set<String> streams(ControlPlane replica) {
        return replica.streams().stream().map(StreamView::nodeId).collect(Collectors.toSet());
    }

    /** Connections end all the time, so each Envoy recognises the replica again and again. */
    @Test
    void aRotationFailsNoRequest() throws Exception {
        ControlPlane replica = replica("one", settings(SHORT_AGE, CertificateAuthority.SERVER_LIFETIME, SPREAD));
        ClusterGateway gateway = mesh(replica.xdsPort());
        String first = authority.text("ca.crt");
        assertThat(trusted()).isEqualTo(1);

        try (Load load = gateway.load("main", "f1")) {
            load.awaitMore(MANY);
            authority.secret().edit(secret -> {
                secret.getMetadata().getAnnotations().put("kitsune.dev/rotate", "now");
                return secret;
            });
            eventually(() -> trusted() == 2);
            assertThat(authority.text("ca.crt")).as("the first one still signs").isEqualTo(first);
            eventually(() -> !authority.text("ca.crt").equals(first));
            assertThat(trusted()).as("the first one is still trusted").isEqualTo(2);
            X509Certificate second = Pem.certificates(authority.text("ca.crt")).get(0);
            eventually(
                    () -> shown(replica.xdsPort()).getIssuerX500Principal().equals(second.getSubjectX500Principal()));
            eventually(() -> trusted() == 1);
            assertThat(bundle(cluster.shop()).strip())
                    .isEqualTo(authority.text("ca.crt").strip())
                    .isEqualTo(bundle(ServedCluster.SYSTEM).strip());
            load.awaitMore(MANY);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(authority.secret().require().getMetadata().getAnnotations()).doesNotContainKey("kitsune.dev/rotate");
        cluster.virtualEnvironment("fix", "{parent: main}");
        gateway.awaitVersion("fix", "f1", PATIENCE);
        assertThat(streams(replica)).hasSize(2);
    }

    /** Whatever somebody deletes or changes, the mesh goes on, also if the replica that mends it is another one. */
    @Test
    void aDeletedSecretIsReplacedInSteps() throws Exception {
        MeshSettings slow = settings(SHORT_AGE, CertificateAuthority.SERVER_LIFETIME, Duration.ofMinutes(10));
        ControlPlane one = replica("one", slow);
        ClusterGateway gateway = mesh(one.xdsPort());
        String first = authority.text("ca.crt");

        authority.secret().delete();
        eventually(() -> trusted() == 2);
        assertThat(authority.text("ca.crt")).isEqualTo(first);

        // The holder ends in the middle of the rotation, and the next one goes on with it.
        String next = authority.text("next.crt");
        opened.close(one);
        replica("two", settings(SHORT_AGE, CertificateAuthority.SERVER_LIFETIME, SPREAD));
        eventually(() -> authority.text("ca.crt").equals(next));
        eventually(() -> trusted() == 1);
        gateway.awaitVersion("main", "f1", PATIENCE);
    }

    @Test
    void theConfigMapIsMended() throws Exception {
        ControlPlane replica = replica(
                "one", settings(Duration.ofHours(1), CertificateAuthority.SERVER_LIFETIME, AuthorityKeeper.SPREAD));
        mesh(replica.xdsPort());
        String bundle = bundle(cluster.shop());

        server.client()
                .configMaps()
                .inNamespace(cluster.shop())
                .withName("kitsune-ca")
                .delete();
        eventually(() -> bundle(cluster.shop()).equals(bundle));

        server.client()
                .configMaps()
                .inNamespace(cluster.shop())
                .withName("kitsune-ca")
                .edit(map -> {
                    map.setData(Map.of("ca.crt", "somebody's"));
                    return map;
                });
        eventually(() -> bundle(cluster.shop()).equals(bundle));
    }

    @Test
    void aCertificateIsRenewedWithoutALostStream() throws Exception {
        ControlPlane replica =
                replica("one", settings(Duration.ofHours(1), Duration.ofSeconds(12), AuthorityKeeper.SPREAD));
        ClusterGateway gateway = mesh(replica.xdsPort());
        Set<String> before = streams(replica);
        X509Certificate first = shown(replica.xdsPort());

        eventually(() -> !shown(replica.xdsPort()).equals(first));
        eventually(() -> first.getNotAfter().toInstant().isBefore(Instant.now()));

        assertThat(streams(replica)).isEqualTo(before).hasSize(2);
        cluster.virtualEnvironment("fix", "{parent: main}");
        gateway.awaitVersion("fix", "f1", PATIENCE);
    }
}
