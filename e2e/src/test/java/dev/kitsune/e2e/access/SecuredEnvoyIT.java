package dev.kitsune.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cli.KitsuneCommand;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.state.StateFolder;
import dev.kitsune.xds.tls.Pem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways and sidecars reach their control plane by TLS, with the files that the commands make. */
class SecuredEnvoyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GATEWAY = "gateway";
    private static final String CART = "shop/cart@c1";

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final LoopbackPorts ports = new LoopbackPorts();
    private final List<EnvoyProcess> envoys = new ArrayList<>();
    private Path folder;
    private Path tls;
    private int port;
    private ControlPlane control;

    @BeforeEach
    void serve() throws Exception {
        folder = Files.createDirectories(temp.resolve("envs"));
        Files.writeString(folder.resolve("all.yaml"), shop("shop.localhost"));
        tls = temp.resolve("tls");
        kitsune("certs", "--out", tls.toString());
        port = ports.next();
        control = start();
    }

    private ControlPlane start() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return ControlPlane.start(
                new FolderInput(folder, StateFolder.of(folder), false, tls),
                new ControlPlane.Listening(
                        new InetSocketAddress(loopback, port), new InetSocketAddress(loopback, 0), null));
    }

    @AfterEach
    void stop() {
        envoys.forEach(EnvoyProcess::close);
        control.close();
        ports.close();
    }

    private static String shop(String host) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-main, namespace: shop}
                spec: {app: shop, components: {cart: {version: c1, routes: [{rule: Host(`%s`)}]}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart-1, namespace: shop}
                spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 19101}]}
                """.formatted(host);
    }

    private static String kitsune(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(code).as("kitsune %s: %s", String.join(" ", arguments), err).isZero();
        return out.toString();
    }

    private Path credentials(String name) {
        return temp.resolve(name);
    }

    private void gatewayToken(String lifetime) {
        kitsune(
                "token",
                "--proxy",
                "--tls",
                tls.toString(),
                "--role",
                "gateway",
                "--for",
                lifetime,
                "--out",
                credentials(GATEWAY).toString());
    }

    private void cartCertificate() {
        kitsune(
                "certs",
                "--proxy",
                "--tls",
                tls.toString(),
                "--role",
                "sidecar",
                "--app",
                "shop",
                "--component",
                "cart",
                "--version",
                "c1",
                "--out",
                credentials("cart").toString());
    }

    private EnvoyProcess gateway() throws Exception {
        int admin = ports.next();
        return envoy(
                GATEWAY,
                admin,
                kitsune(
                        "bootstrap",
                        "--role",
                        "gateway",
                        "--listen-port",
                        "" + ports.next(),
                        "--admin-port",
                        "" + admin,
                        "--xds",
                        "127.0.0.1:" + port,
                        "--tls",
                        credentials(GATEWAY).toString()));
    }

    private EnvoyProcess cart() throws Exception {
        int admin = ports.next();
        return envoy(
                "cart",
                admin,
                kitsune(
                        "bootstrap",
                        "--role",
                        "sidecar",
                        "--app",
                        "shop",
                        "--component",
                        "cart",
                        "--version",
                        "c1",
                        "--inbound-port",
                        "" + ports.next(),
                        "--outbound-port",
                        "" + ports.next(),
                        "--app-port",
                        "" + ports.next(),
                        "--admin-port",
                        "" + admin,
                        "--xds",
                        "localhost:" + port,
                        "--tls",
                        credentials("cart").toString(),
                        "--client-certificate"));
    }

    private EnvoyProcess envoy(String name, int admin, String bootstrap) throws Exception {
        EnvoyProcess started = EnvoyProcess.start(envoy, name, bootstrap, admin, temp.resolve("envoys"));
        envoys.add(started);
        return started;
    }

    private List<String> connected() {
        return control.streams().stream().map(StreamView::nodeId).toList();
    }

    private void awaitConnected(String... names) {
        Awaitility.await("connected: " + String.join(", ", names))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(connected()).containsExactlyInAnyOrder(names));
    }

    private Instant since(String name) {
        return control.streams().stream()
                .filter(stream -> stream.nodeId().equals(name))
                .map(StreamView::since)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTokenAndAClientCertificateSayWhoAProxyIs() throws Exception {
        gatewayToken("30d");
        cartCertificate();
        gateway().awaitReady(PATIENCE);
        EnvoyProcess cart = cart().awaitReady(PATIENCE);

        awaitConnected(GATEWAY, CART);
        assertThat(cart.admin().get("/listeners")).contains("inbound/shop/cart@c1/", "outbound/shop/cart@c1/");
    }

    @Test
    void anExpiredTokenEndsTheStreamAndANewFileBringsItBack() throws Exception {
        gatewayToken("6s");
        EnvoyProcess gateway = gateway().awaitReady(PATIENCE);
        awaitConnected(GATEWAY);

        Awaitility.await("the token ends").atMost(PATIENCE).until(() -> connected()
                .isEmpty());
        Awaitility.await("it is refused when it tries again")
                .atMost(PATIENCE)
                .until(() -> gateway.admin().sum("^cluster.kitsune-xds.upstream_rq_total$") > 2);
        assertThat(connected()).isEmpty();
        gateway.requireAlive();

        gatewayToken("30d");
        awaitConnected(GATEWAY);
    }

    @Test
    void aNewAuthorityAndANewCertificateOfTheServerLoseNoStream() throws Exception {
        gatewayToken("30d");
        cartCertificate();
        EnvoyProcess gateway = gateway().awaitReady(PATIENCE);
        cart().awaitReady(PATIENCE);
        awaitConnected(GATEWAY, CART);
        Instant gatewaySince = since(GATEWAY);
        Instant cartSince = since(CART);
        String before = Files.readString(tls.resolve("server.crt"));

        kitsune("certs", "--out", tls.toString(), "--new-ca");
        gatewayToken("30d");
        cartCertificate();
        Awaitility.await("the gateway has read its folder")
                .atMost(PATIENCE)
                .until(() -> gateway.admin().get("/certs").contains(newestAuthority()));
        kitsune("certs", "--out", tls.toString(), "--renew");
        assertThat(Files.readString(tls.resolve("server.crt"))).isNotEqualTo(before);

        // New connections see the new certificate, by the new authority.
        Awaitility.await("the server shows the new certificate")
                .atMost(PATIENCE)
                .until(() -> shown().equals(serial(Files.readString(tls.resolve("server.crt")))));
        assertThat(connected()).containsExactlyInAnyOrder(GATEWAY, CART);
        assertThat(since(GATEWAY)).as("the same stream").isEqualTo(gatewaySince);
        assertThat(since(CART)).as("the same stream").isEqualTo(cartSince);

        // A restarted server has only the new certificate to show. The proxies that have run all the time trust it.
        control.close();
        control = start();
        awaitConnected(GATEWAY, CART);
    }

    private String newestAuthority() throws Exception {
        return serial(Files.readString(tls.resolve("ca.crt")));
    }

    private static String serial(String pem) throws Exception {
        return Pem.certificates(pem).get(0).getSerialNumber().toString(16);
    }

    /** The certificate that the server shows to a new connection. */
    private String shown() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingAll()}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        }
    }

    private static final class TrustingAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void withoutCredentialsAnEnvoyGetsNothing() throws Exception {
        gatewayToken("30d");
        Path another = temp.resolve("another");
        kitsune("certs", "--out", another.toString());
        kitsune(
                "token",
                "--proxy",
                "--tls",
                another.toString(),
                "--role",
                "gateway",
                "--out",
                temp.resolve("foreign").toString());
        Files.copy(tls.resolve("ca.crt"), temp.resolve("foreign/ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        int admin = ports.next();
        EnvoyProcess foreign = envoy(
                "foreign",
                admin,
                kitsune(
                        "bootstrap",
                        "--role",
                        "gateway",
                        "--listen-port",
                        "" + ports.next(),
                        "--admin-port",
                        "" + admin,
                        "--xds",
                        "127.0.0.1:" + port,
                        "--tls",
                        temp.resolve("foreign").toString()));
        gateway().awaitReady(PATIENCE);

        Awaitility.await("it has tried several times")
                .atMost(PATIENCE)
                .until(() -> foreign.admin().sum("^cluster.kitsune-xds.upstream_rq_total$") > 3);
        assertThat(connected()).containsExactly(GATEWAY);
        assertThat(foreign.admin().sum("^cluster_manager.cds.update_success$")).isZero();
        assertThat(foreign.admin().sum("^listener_manager.lds.update_success$")).isZero();
    }
}
