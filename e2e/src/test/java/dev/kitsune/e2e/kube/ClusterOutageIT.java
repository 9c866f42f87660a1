package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.ControlPlane;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An API server ends, a replica ends or is paused, clocks differ, and no request fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Within this time after the API server's return everything that happened meanwhile is in force. */
    private static final Duration RETURN = Duration.ofSeconds(5);

    /** How long a Lease lasts without a renewal. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration APART = Duration.ofSeconds(30);
    private static final String RELEASE = "{environment: dev, release: {apps: {shop: {appDeployment: %s}}}}";
    private static final int MANY = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;
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
        cluster = ServedCluster.on(server);
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
        cluster.endLease();
    }

    private CuttableLine lineToServer() throws Exception {
        return opened.add(cluster.lineToServer());
    }

    private ServeProcess process(String name, CuttableLine line) throws Exception {
        return opened.add(cluster.process(name, cluster.through(line), ports, folder));
    }

    /**
     * Starts pods of both versions, and a gateway whose requests they answer.
     *
     * @param pods at which the sidecars find the control plane
     * @param gateways at which the gateway finds it
     */
    private ClusterGateway mesh(int pods, int gateways) throws Exception {
        opened.add(new FakeKubelet(server, cluster.shop(), pods, folder));
        cluster.pod("front-1", "f1");
        cluster.pod("front-2", "f2");
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, gateways, ports, folder));
        gateway.awaitVersion("main", "f1", PATIENCE);
        return gateway;
    }

    /** Starts a mesh whose sidecars have the first replica, and whose gateway has the second one. */
    private ClusterGateway mesh(ServeProcess first, ServeProcess second) throws Exception {
        ClusterGateway gateway = mesh(
                opened.add(new CuttableLine(first.xdsPort(), second.xdsPort())).port(),
                opened.add(new CuttableLine(second.xdsPort(), first.xdsPort())).port());
        eventually(() -> proxies(first).size() == 2 && proxies(second).size() == 1);
        return gateway;
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    private static void assertNothingFailed(Load load) {
        assertThat(load.failures()).isEmpty();
        assertThat(load.failed()).isZero();
    }

    @Test
    void noRequestFailsWhileTheApiServerIsKilledAndStartedAgain() throws Exception {
        CuttableLine line = lineToServer();
        ControlPlane one = opened.add(cluster.replica("one", cluster.through(line), 0));
        ClusterGateway gateway = mesh(one.xdsPort(), one.xdsPort());
        cluster.virtualEnvironment("goes", "{parent: main, components: {front: {version: f2}}}");
        gateway.awaitVersion("goes", "f2", PATIENCE);

        try (Load load = gateway.load("main", "f1")) {
            load.awaitMore(MANY);
            line.cut();
            cluster.virtualEnvironment("goes").delete();
            cluster.virtualEnvironment("comes", "{parent: main, components: {front: {version: f2}}}");
            server.kill();
            load.awaitMore(MANY);
            server.startAgain();
            load.awaitMore(MANY);

            Instant back = Instant.now();
            line.mend();
            gateway.awaitVersion("comes", "f2", RETURN);
            gateway.awaitGone("goes", RETURN.minus(Duration.between(back, Instant.now())));
            load.awaitMore(MANY);
            assertNothingFailed(load);
        }
    }

    /** Returns how many resources and removals a replica has sent. */
    private static long sent(ServeProcess replica) throws Exception {
        return replica.get("/metrics")
                .lines()
                .filter(line -> line.startsWith("kitsune_xds_resources_sent_total{")
                        || line.startsWith("kitsune_xds_resources_removed_total{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Set<String> proxies(ServeProcess replica) throws Exception {
        Set<String> nodes = new TreeSet<>();
        String answer = replica.get("/api/proxies");
        for (JsonNode proxy :
                JSON.readTree(answer.substring(answer.indexOf('{'))).path("items")) {
            nodes.add(proxy.path("node").asText());
        }
        return nodes;
    }

    @Test
    void noRequestFailsAndNothingIsSentAgainWhenTheHolderIsKilled() throws Exception {
        ServeProcess one = process("one", lineToServer());
        ServeProcess two = process("two", lineToServer());
        ClusterGateway gateway = mesh(one, two);
        Set<String> all = proxies(one);
        all.addAll(proxies(two));

        try (Load load = gateway.load("main", "f1", "f2")) {
            load.awaitMore(MANY);
            long before = sent(two);
            one.kill();
            load.awaitMore(MANY);
            eventually(() -> proxies(two).equals(all));
            load.awaitMore(MANY);
            assertThat(sent(two)).as("resources that were sent again").isEqualTo(before);

            cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));
            gateway.awaitVersion("main", "f2", PATIENCE);
            assertThat(cluster.status("main", "release", "active", "id")).isEqualTo(2);
            load.awaitMore(MANY);
            assertNothingFailed(load);
        }
    }

    /** What the paused holder has decided, and begun to write, comes when another one has decided. */
    @Test
    void whatAPausedHolderWritesLateChangesNothing() throws Exception {
        CuttableLine slow = lineToServer();
        ServeProcess one = process("one", slow);
        ServeProcess two = process("two", lineToServer());
        ClusterGateway gateway = mesh(one, two);
        Set<String> all = proxies(one);
        all.addAll(proxies(two));
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: pay-1, namespace: SHOP}
                spec: {app: pay, components: {front: {version: p1, routes: [{rule: "Host(`pay.localhost`)"}]}}}
                """);

        // While its replica is paused, a sidecar loads no virtual environment that it has not used yet.
        await().atMost(PATIENCE)
                .until(() -> gateway.client()
                                .send(ClusterGateway.call("main").with("kitsune-dep", "shop-2"))
                                .status()
                        == 200);

        try (Load load = gateway.load("main", "f1", "f2")) {
            slow.hold();
            cluster.virtualEnvironment("late", "{environment: dev, release: {apps: {pay: {appDeployment: pay-1}}}}");
            // It renews the Lease, and writes the status of the new release.
            eventually(() -> slow.held() >= 2);
            one.stop();
            assertThat(cluster.status("late", "release")).isNull();
            Instant paused = Instant.now();
            cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));
            eventually(() -> Objects.equals(cluster.status("late", "release", "active", "id"), 1)
                    && Objects.equals(cluster.status("main", "release", "active", "id"), 2));
            assertThat(Duration.between(paused, Instant.now())).isLessThan(PAUSE);
            Object ofLate = cluster.status("late", "release");
            Object ofMain = cluster.status("main", "release");
            await().atMost(PATIENCE)
                    .until(() -> Duration.between(paused, Instant.now()).compareTo(PAUSE) >= 0);
            slow.release();
            one.resume();

            eventually(() -> one.log().contains("this replica serves what another one decides"));
            await().atMost(RETURN).untilAsserted(() -> {
                Set<String> now = proxies(one);
                now.addAll(proxies(two));
                assertThat(now).containsAll(all);
            });
            eventually(() -> one.get("/api/environments/main").equals(two.get("/api/environments/main")));
            cluster.virtualEnvironment("next", "{parent: late}");
            eventually(() -> one.get("/api/environments/next").startsWith("200"));
            gateway.awaitVersion("main", "f2", PATIENCE);
            assertThat(cluster.status("late", "release")).isEqualTo(ofLate);
            assertThat(cluster.status("main", "release")).isEqualTo(ofMain);
            load.awaitMore(MANY);
            assertNothingFailed(load);
        }
    }

    private HolderLease lease(String name, CuttableLine line, Duration ahead) {
        InstantSource clock = () -> Instant.now().plus(ahead);
        return new HolderLease(cluster.through(line), ServedCluster.SYSTEM, new Replica(name, null), () -> {}, clock);
    }

    /** The clock of each is wrong by half a minute, in the other direction. */
    @Test
    void replicasWhoseClocksDifferByAMinuteNeverDecideAtOnce() throws Exception {
        CuttableLine line = lineToServer();
        HolderLease behind = opened.add(lease("behind", line, APART.negated()));
        behind.start();
        try (HolderLease ahead = lease("ahead", lineToServer(), APART)) {
            ahead.start();
            // By the clock of this one, the Lease is over all the time.
            await().during(LEASE.plusSeconds(2)).atMost(PATIENCE).until(() -> behind.decides() && !ahead.decides());

            line.cut();
            long cut = System.nanoTime();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
                assertThat(behind.decides() && ahead.decides()).isFalse();
                return ahead.decides();
            });
            assertThat(Duration.ofNanos(System.nanoTime() - cut)).isGreaterThan(LEASE.minusSeconds(2));

            // By the clock of the other one, the Lease is as good as new for a minute.
            line.mend();
            await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> ahead.decides() && !behind.decides());
        }
        await().atMost(RETURN).until(behind::decides);
    }

    /** A renewal without an answer looks like that, too. */
    @Test
    void aLeaseThatWasChangedMeanwhileIsLeftAllTheSame() throws Exception {
        var stored = server.client().leases().inNamespace(ServedCluster.SYSTEM).withName(HolderLease.NAME);
        try (HolderLease one = lease("one", lineToServer(), Duration.ZERO)) {
            one.start();
            assertThat(one.decides()).isTrue();
            stored.edit(lease -> {
                lease.getMetadata().setLabels(Map.of("seen", "no"));
                return lease;
            });
        }
        assertThat(stored.get().getSpec().getHolderIdentity()).isNull();
    }

    /** By the clock of the one that only follows, it had expired long before it was created. */
    @Test
    void whatHasExpiredDoesNotDependOnTheClockOfTheReplica() throws Exception {
        ExpiringReplica holder = opened.add(new ExpiringReplica(server.config(), () -> true, Duration.ZERO));
        ExpiringReplica ahead = opened.add(new ExpiringReplica(server.config(), Deciding.NEVER, APART.plus(APART)));
        ObjectKey key = new ObjectKey(Kind.VirtualEnvironment, cluster.shop(), "short");
        Instant created = Instant.now();
        cluster.virtualEnvironment("short", "{parent: main, expiresAfter: {age: 5s}}");

        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            boolean early = Instant.now().isBefore(created.plusSeconds(4));
            Set<ObjectKey> expired = ahead.expired();
            assertThat(early && expired.contains(key)).isFalse();
            return expired.contains(key);
        });
        await().atMost(PATIENCE).until(() -> holder.expired().equals(ahead.expired()));
        assertThat(cluster.status("short", "expiry", "expired", "limit")).isEqualTo("age");

        cluster.virtualEnvironment("short", "{parent: main, expiresAfter: {age: 30d}}");
        await().atMost(PATIENCE)
                .until(() -> holder.expired().isEmpty() && ahead.expired().isEmpty());
    }
}
