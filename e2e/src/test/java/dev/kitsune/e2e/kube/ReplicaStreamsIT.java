package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.delta.StreamView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The stream of an Envoy is at one replica, and its calls arrive at another one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicaStreamsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Within this time, a replica that hangs has delayed nothing. */
    private static final Duration NO_TIME = Duration.ofMillis(900);

    private static final Duration SHORT_AGE = Duration.ofSeconds(1);
    private static final int MANY = 500;
    private static final int MOVES = 3;

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;
    private LoopbackPorts ports;
    private int port;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        ports = opened.add(new LoopbackPorts());
        port = ports.next();
        cluster = ServedCluster.on(server);
        cluster.deployment("shop-1", "f1");
        cluster.virtualEnvironment("main", "{environment: dev, release: {apps: {shop: {appDeployment: shop-1}}}}");
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
    }

    private KitsunePod pod(String name, int number) {
        return opened.add(KitsunePod.create(server, name, number, port));
    }

    private ControlPlane replica(KitsunePod pod, Duration connectionAge) throws ControlPlane.StartException {
        return opened.add(cluster.replica(pod, connectionAge));
    }

    /** Starts pods of one version, and a gateway whose requests they answer. */
    private ClusterGateway mesh(List<KitsunePod> streams, List<KitsunePod> calls) throws Exception {
        PodEnvoy.WayToKitsune way = new PodEnvoy.WayToKitsune(
                server, ServedCluster.SYSTEM, port, bootstrap -> ServiceBootstrap.of(bootstrap, streams, calls));
        opened.add(new FakeKubelet(way, cluster.shop(), folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway = opened.add(ClusterGateway.start(way, ports, folder));
        gateway.awaitVersion("main", "f1", PATIENCE);
        return gateway;
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    /** Creates a virtual environment, and waits until replicas serve it. No Envoy has loaded it. */
    private void create(String name, ControlPlane... replicas) {
        cluster.virtualEnvironment(name, "{parent: main, data: {variables: {greeting: Hi}}}");
        for (ControlPlane replica : replicas) {
            eventually(() -> ServedCluster.isServed(replica, name));
        }
    }

    /** The first request of a virtual environment is answered, and not only a later one. */
    private static void assertFirstUse(ClusterGateway gateway, String virtualEnvironment) throws Exception {
        Answer answer = gateway.client().send(ClusterGateway.call(virtualEnvironment));
        assertThat(answer.status())
                .as("%s: %s", virtualEnvironment, answer.text())
                .isEqualTo(200);
        assertThat(answer.body().path("version").asText()).isEqualTo("f1");
        assertThat(answer.receivedOne("kitsune-env")).isEqualTo(virtualEnvironment);
    }

    private static Set<String> nodes(ControlPlane replica) {
        return replica.streams().stream().map(StreamView::nodeId).collect(Collectors.toSet());
    }

    @Test
    void anEnvoyLoadsByCallsToAnotherReplica() throws Exception {
        KitsunePod first = pod("one", 2);
        KitsunePod second = pod("two", 3);
        ControlPlane one = replica(first, ServedCluster.CONNECTION_AGE);
        ControlPlane two = replica(second, ServedCluster.CONNECTION_AGE);
        ClusterGateway gateway = mesh(List.of(first), List.of(second));

        create("fix", one, two);
        assertFirstUse(gateway, "fix");

        assertThat(nodes(one)).hasSize(2);
        assertThat(nodes(two)).isEmpty();
        Answer unknown = gateway.client().send(ClusterGateway.call("nobody"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).contains("there is no virtual environment \"nobody\"");
    }

    @Test
    void aReplicaThatHangsAndOneThatHasGoneDelayNothing() throws Exception {
        KitsunePod first = pod("one", 2);
        KitsunePod second = pod("two", 3);
        KitsunePod third = pod("three", 4);
        pod("gone", 5);
        opened.add(new ServerSocket(
                port, MANY, InetAddress.getByName(third.address()))); // It takes connections, and no more.
        ControlPlane one = replica(first, ServedCluster.CONNECTION_AGE);
        ControlPlane two = replica(second, ServedCluster.CONNECTION_AGE);
        ClusterGateway gateway = mesh(List.of(first), List.of(second));

        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            create("fix-" + i, one, two);
            long began = System.nanoTime();
            assertFirstUse(gateway, "fix-" + i);
            times.add(Duration.ofNanos(System.nanoTime() - began));
        }
        // A busy machine may be slow now and then, and a replica that hangs would delay each of them.
        assertThat(Collections.min(times)).isLessThan(NO_TIME);
    }

    /** Returns how many resources and removals a replica has sent. */
    private static long sent(ControlPlane replica) throws Exception {
        return PlainClient.create()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.httpPort() + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("kitsune_xds_resources_sent_total{")
                        || line.startsWith("kitsune_xds_resources_removed_total{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String version(String virtualEnvironment) {
        return cluster.virtualEnvironment(virtualEnvironment)
                .get()
                .getMetadata()
                .getResourceVersion();
    }

    /** Both Envoys go back and forth, and everything goes on. */
    @Test
    void streamsMoveBetweenReplicasAndNoRequestFails() throws Exception {
        KitsunePod first = pod("one", 2);
        KitsunePod second = pod("two", 3);
        ControlPlane one = replica(first, SHORT_AGE);
        ControlPlane two = replica(second, SHORT_AGE);
        ClusterGateway gateway = mesh(List.of(first, second), List.of(second, first));
        Set<String> reasons = new HashSet<>();
        eventually(() -> "2/2".equals(cluster.status("main", "proxies", "summary")));

        try (Load load = gateway.load("main", "f1")) {
            load.awaitMore(MANY);
            String version = version("main");
            long before = sent(one) + sent(two);
            int moves = 0;
            boolean atOne = nodes(one).stream().anyMatch(node -> node.contains("/gateway-"));
            while (moves < MOVES) {
                ControlPlane next = atOne ? two : one;
                eventually(() -> {
                    reasons.add(String.valueOf(cluster.condition("main", "Programmed", "reason")));
                    return nodes(next).stream().anyMatch(node -> node.contains("/gateway-"));
                });
                atOne = !atOne;
                moves++;
                assertThat(sent(one) + sent(two))
                        .as("resources that were sent again")
                        .isEqualTo(before);
            }
            assertThat(version("main")).as("no status was written").isEqualTo(version);
            for (int i = 0; i < 40; i++) {
                create("fix-" + i, one, two);
                assertFirstUse(gateway, "fix-" + i);
                load.awaitMore(MANY / 5);
                reasons.add(String.valueOf(cluster.condition("main", "Programmed", "reason")));
            }
            assertThat(load.failures()).isEmpty();
            assertThat(load.failed()).isZero();
        }
        assertThat(reasons).containsExactly("Programmed");
    }
}
