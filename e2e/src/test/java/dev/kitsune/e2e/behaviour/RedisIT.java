package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.datastore.Redis;
import dev.kitsune.e2e.datastore.Tunnel;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.mesh.Mesh;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connects to two real Redis servers, one for each virtual environment. Each accepts only clients of its own authority.
 */
class RedisIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Authority ONE = new Authority("the authority of one");
    private static final Authority TWO = new Authority("the authority of two");
    private static final LoopbackPorts PORTS = new LoopbackPorts();

    @TempDir
    static Path temp;

    private static Redis one;
    private static Redis two;
    private static Mesh mesh;
    private static int localPort;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> program = Redis.find();
        Assumptions.assumeTrue(program.isPresent(), "no redis-server on the PATH");
        int portOfOne = PORTS.next();
        int portOfTwo = PORTS.next();
        localPort = PORTS.next();
        one = Redis.start(program.get(), temp.resolve("one"), portOfOne, ONE, ONE.issue("cache"));
        two = Redis.start(program.get(), temp.resolve("two"), portOfTwo, TWO, TWO.issue("cache"));
        mesh = new Mesh(Files.createDirectory(temp.resolve("in")), temp.resolve("mesh"));
        mesh.folder().write("shop.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {defaultVirtualEnvironment: main}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {variables: {cachePort: %d}, secrets: {cache: {secretRef: {name: cache-one}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: green, namespace: shop}
                spec: {parent: main, data: {variables: {cachePort: %d}, secrets: {cache: {secretRef: {name: cache-two}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: astray, namespace: shop}
                spec: {parent: green, data: {secrets: {cache: {secretRef: {name: cache-astray}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-main, namespace: shop}
                spec:
                  app: shop
                  components:
                    cart:
                      version: c1
                      routes: [{rule: Host(`shop.localhost`)}]
                      dependencies: {cache: {type: Adapter}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: cache, namespace: shop}
                spec:
                  tcp:
                    address: "127.0.0.1:{{.Vars.cachePort}}"
                    listen: %d
                    tls: {clientCertificate: "{{.Secrets.cache}}", ca: "{{.Secrets.cache}}", serverName: cache}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart, namespace: shop}
                spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 19101}]}
                """.formatted(portOfOne, portOfTwo, localPort));
        writeCertificate("cache-one", ONE, ONE.issue("main"));
        writeCertificate("cache-two", TWO, TWO.issue("green"));
        // This client trusts the server, but the server does not trust its certificate.
        writeCertificate("cache-astray", TWO, ONE.issue("astray"));
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : new AutoCloseable[] {mesh, one, two, PORTS}) {
            if (each != null) {
                org.assertj.core.api.Assertions.assertThatCode(each::close).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void eachVirtualEnvironmentReachesItsOwnServerWithItsOwnCertificate() throws Exception {
        assertThat(commandIn("main", "SET owner one")).isEqualTo("+OK");
        assertThat(commandIn("green", "SET owner two")).isEqualTo("+OK");
        assertThat(commandIn("main", "INCR visits")).isEqualTo(":1");
        assertThat(commandIn("main", "INCR visits")).isEqualTo(":2");
        assertThat(commandIn("green", "INCR visits")).isEqualTo(":1");
    }

    @Test
    void theLocalPortBelongsToTheDefaultVirtualEnvironment() throws Exception {
        assertThat(commandIn("main", "SET local yes")).isEqualTo("+OK");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), localPort)) {
            assertThat(sendCommand(socket, "EXISTS local")).isEqualTo(":1");
        }
        assertThat(commandIn("green", "EXISTS local")).isEqualTo(":0");
    }

    @Test
    void aCertificateThatTheServerDoesNotKnowGetsNoAnswer() throws Exception {
        assertThatThrownBy(() -> commandIn("astray", "PING")).isInstanceOf(IOException.class);
        assertThat(commandIn("green", "PING")).isEqualTo("+PONG");
    }

    @Test
    void aBrokenCertificateIsNamedAndOnlyAffectsItsVirtualEnvironment() throws Exception {
        mesh.folder().writeSecret("cache-broken", "tls.crt", "no certificate");
        mesh.folder().writeSecret("cache-broken", "tls.key", "no key");
        mesh.folder().writeSecret("cache-broken", "ca.crt", TWO.certificate());
        mesh.folder().write("broken.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: broken, namespace: shop}
                spec: {parent: green, data: {secrets: {cache: {secretRef: {name: cache-broken}}}}}
                """);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThatThrownBy(() -> commandIn("broken", "PING")).isInstanceOf(IOException.class);
            assertThat(mesh.controlPlane().streams())
                    .flatExtracting(stream -> stream.refused())
                    .extracting(refusal -> refusal.name())
                    .containsExactly("adapter/shop/cache/broken/tls/certificate");
        });
        assertThat(commandIn("green", "PING")).isEqualTo("+PONG");
        assertThat(commandIn("main", "PING")).isEqualTo("+PONG");
    }

    private static void writeCertificate(String secret, Authority trusted, Issued issued) throws Exception {
        mesh.folder().writeSecret(secret, "ca.crt", trusted.certificate());
        mesh.folder().writeSecret(secret, "tls.crt", issued.certificate());
        mesh.folder().writeSecret(secret, "tls.key", issued.key());
    }

    private static String commandIn(String virtualEnvironment, String command) throws IOException {
        String tunnel = mesh.sidecar("cart").outboundPort() + "/cache:6379/" + virtualEnvironment;
        try (Socket socket = new Tunnel(tunnel).createSocket()) {
            return sendCommand(socket, command);
        }
    }

    /** Returns the first line of the answer. */
    private static String sendCommand(Socket socket, String command) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (line == null) {
            throw new EOFException("the connection was closed");
        }
        return line;
    }
}
