package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.datastore.Postgres;
import dev.kitsune.e2e.datastore.Tunnel;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.mesh.Mesh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connects to a real PostgreSQL, in which every virtual environment is its own user by its client certificate. The apps
 * connect in plain text. Their sidecars add TLS and the certificates.
 */
class PostgresIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Authority AUTHORITY = new Authority("the database's authority");
    private static final LoopbackPorts PORTS = new LoopbackPorts();

    private static Postgres postgres;
    private static int databasePort;

    @TempDir
    Path temp;

    private Mesh mesh;
    private int localPort;
    private int dedicatedPort;

    @BeforeAll
    static void startPostgres() throws Exception {
        databasePort = PORTS.next();
        postgres = Postgres.start(
                databasePort, AUTHORITY, AUTHORITY.issue("orders-db"), List.of("main_user", "green_user"));
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
        PORTS.close();
    }

    @BeforeEach
    void start() throws Exception {
        localPort = PORTS.next();
        dedicatedPort = PORTS.next();
        mesh = new Mesh(Files.createDirectory(temp.resolve("in")), temp.resolve("mesh"));
        mesh.folder().write("platform.yaml", platform("main"));
        mesh.folder().write("shop.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {secrets: {dbCert: {secretRef: {name: db-main}}, dbCa: {secretRef: {name: db-ca}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: green, namespace: shop}
                spec: {parent: main, data: {secrets: {dbCert: {secretRef: {name: db-green}}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-main, namespace: shop}
                spec:
                  app: shop
                  components:
                    orders:
                      version: o1
                      routes: [{rule: Host(`shop.localhost`)}]
                      dependencies: {orders-db: {type: Adapter}}
                    reports:
                      version: r1
                      dependencies: {orders-db: {type: Adapter, listen: %d}}
                    frontend: {version: f1}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: orders-db, namespace: shop}
                spec:
                  tcp:
                    address: 127.0.0.1:%d
                    listen: %d
                    tls:
                      clientCertificate: "{{.Secrets.dbCert}}"
                      ca: "{{.Secrets.dbCa}}"
                      serverName: orders-db
                      alpn: [postgresql]
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: orders, namespace: shop}
                spec: {app: shop, component: orders, version: o1, endpoints: [{address: 127.0.0.1, port: 19101}]}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: reports-green, namespace: shop}
                spec:
                  {app: shop, component: reports, version: r1, environment: green, endpoints: [{address: 127.0.0.1, port: 19102}]}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: frontend, namespace: shop}
                spec: {app: shop, component: frontend, version: f1, endpoints: [{address: 127.0.0.1, port: 19103}]}
                """.formatted(dedicatedPort, databasePort, localPort));
        mesh.folder().writeSecret("db-ca", "ca.crt", AUTHORITY.certificate());
        writeCertificate("db-main", AUTHORITY.issue("main_user"));
        writeCertificate("db-green", AUTHORITY.issue("green_user"));
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void eachVirtualEnvironmentIsItsOwnUserThroughOneSharedPod() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(userByConnect("orders", "main", "main_user")).isEqualTo("main_user");
            assertThat(userByConnect("orders", "green", "green_user")).isEqualTo("green_user");
        }
        assertThat(userByConnect("orders", "", "main_user")).isEqualTo("main_user");
        assertThatThrownBy(() -> userByConnect("orders", "main", "green_user"))
                .hasMessageContaining("certificate authentication failed");
    }

    @Test
    void http2ConnectReachesItToo() throws Exception {
        byte[] answer = PriorKnowledge.connect(
                mesh.sidecar("orders").outboundPort(), "orders-db:5432", "green", startup("green_user"), 9);
        assertThat(answer).as("authentication is ok").containsExactly('R', 0, 0, 0, 8, 0, 0, 0, 0);
    }

    @Test
    void theLocalPortBelongsToTheWorkloadsVirtualEnvironmentOrTheDefaultOne() throws Exception {
        assertThat(userAt(localPort, "main_user")).isEqualTo("main_user");
        assertThat(userAt(dedicatedPort, "green_user")).isEqualTo("green_user");
        assertThatThrownBy(() -> userAt(dedicatedPort, "main_user"))
                .hasMessageContaining("certificate authentication failed");
    }

    @Test
    void theLocalPortFollowsTheDefaultVirtualEnvironmentAndBreaksNoConnection() throws Exception {
        try (Connection before = at(localPort, "main_user")) {
            assertThat(user(before)).isEqualTo("main_user");
            mesh.folder().write("platform.yaml", platform("green"));
            eventually(() -> assertThat(userAt(localPort, "green_user")).isEqualTo("green_user"));
            assertThat(user(before)).isEqualTo("main_user");
            assertThat(userAt(dedicatedPort, "green_user")).isEqualTo("green_user");
        }
    }

    @Test
    void aMissingCertificateOnlyClosesItsVirtualEnvironment() throws Exception {
        Issued green = AUTHORITY.issue("green_user");
        try (Connection main = through("orders", "main", "main_user")) {
            assertThat(userByConnect("orders", "green", "green_user")).isEqualTo("green_user");
            assertThat(userAt(dedicatedPort, "green_user")).isEqualTo("green_user");

            mesh.folder().deleteSecret("db-green", "tls.key");

            eventually(() -> assertThatThrownBy(() -> new Tunnel(tunnel("orders", "green")).createSocket())
                    .isInstanceOf(Tunnel.RefusedException.class)
                    .hasMessageContaining("503")
                    .hasMessageContaining("dbCert")
                    .hasMessageContaining("tls.key"));
            eventually(() -> assertThatThrownBy(() -> userAt(dedicatedPort, "green_user"))
                    .isInstanceOf(SQLException.class));
            assertThat(user(main)).isEqualTo("main_user");
            assertThat(userByConnect("orders", "main", "main_user")).isEqualTo("main_user");
            assertThat(userAt(localPort, "main_user")).isEqualTo("main_user");

            writeCertificate("db-green", green);

            eventually(() ->
                    assertThat(userByConnect("orders", "green", "green_user")).isEqualTo("green_user"));
            eventually(() -> assertThat(userAt(dedicatedPort, "green_user")).isEqualTo("green_user"));
        }
        assertNothingWasRefused();
    }

    @Test
    void aRotatedCertificateIsUsedByTheNextConnection() throws Exception {
        assertThat(userByConnect("orders", "green", "green_user")).isEqualTo("green_user");
        writeCertificate("db-green", AUTHORITY.issue("main_user"));
        eventually(
                () -> assertThat(userByConnect("orders", "green", "main_user")).isEqualTo("main_user"));
        assertThatThrownBy(() -> userByConnect("orders", "green", "green_user"))
                .hasMessageContaining("certificate authentication failed");
    }

    @Test
    void aCallerThatDoesNotDeclareItIsRefused() {
        assertThatThrownBy(() -> new Tunnel(tunnel("frontend", "main")).createSocket())
                .hasMessageContaining("403")
                .hasMessageContaining("declares no dependency");
        assertThatThrownBy(() -> new Tunnel(tunnel("orders", "nowhere")).createSocket())
                .hasMessageContaining("404")
                .hasMessageContaining("no virtual environment \"nowhere\"");
    }

    @Test
    void aDeletedAdapterClosesItsPortAndNoOther() throws Exception {
        assertThat(userAt(dedicatedPort, "green_user")).isEqualTo("green_user");
        mesh.folder().edit("shop.yaml", "{orders-db: {type: Adapter, listen: " + dedicatedPort + "}}", "{}");
        eventually(() ->
                assertThatThrownBy(() -> userAt(dedicatedPort, "green_user")).hasMessageContaining("refused"));
        assertThat(userAt(localPort, "main_user")).isEqualTo("main_user");
    }

    private static String platform(String virtualEnvironment) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {defaultVirtualEnvironment: %s}
                """.formatted(virtualEnvironment);
    }

    private void writeCertificate(String secret, Issued issued) throws Exception {
        mesh.folder().writeSecret(secret, "tls.crt", issued.certificate());
        mesh.folder().writeSecret(secret, "tls.key", issued.key());
    }

    private String tunnel(String workload, String virtualEnvironment) {
        return mesh.sidecar(workload).outboundPort() + "/orders-db:5432/" + virtualEnvironment;
    }

    private Connection through(String workload, String virtualEnvironment, String user) throws SQLException {
        return connect(
                "orders-db",
                5432,
                user,
                "&socketFactory=" + Tunnel.class.getName() + "&socketFactoryArg="
                        + tunnel(workload, virtualEnvironment));
    }

    private static Connection at(int port, String user) throws SQLException {
        return connect("127.0.0.1", port, user, "");
    }

    private static Connection connect(String host, int port, String user, String more) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/postgres?sslmode=disable"
                + "&connectTimeout=20&socketTimeout=20&user=" + user + more);
    }

    private String userByConnect(String workload, String virtualEnvironment, String user) throws SQLException {
        try (Connection connection = through(workload, virtualEnvironment, user)) {
            return user(connection);
        }
    }

    private static String userAt(int port, String user) throws SQLException {
        try (Connection connection = at(port, user)) {
            return user(connection);
        }
    }

    private static String user(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select current_user")) {
            result.next();
            return result.getString(1);
        }
    }

    private static byte[] startup(String user) {
        byte[] parameters = ("user\0" + user + "\0database\0postgres\0\0").getBytes(StandardCharsets.US_ASCII);
        return java.nio.ByteBuffer.allocate(8 + parameters.length)
                .putInt(8 + parameters.length)
                .putInt(3 << 16)
                .put(parameters)
                .array();
    }

    private void assertNothingWasRefused() throws Exception {
        for (var envoy : mesh.envoys()) {
            assertThat(envoy.admin().sum("update_rejected$")).as(envoy.log()).isZero();
        }
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(assertion);
    }
}
