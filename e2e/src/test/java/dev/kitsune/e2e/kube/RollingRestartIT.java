package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.e2e.xds.ServiceAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each replica of Kitsune is replaced by another one, as by the controller of its Deployment, while requests name virtual
 * environments that no Envoy has loaded.
 */
class RollingRestartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RELEASE = "{environment: dev, release: {apps: {shop: {appDeployment: %s}}}}";
    private static final int MANY = 50;
    private static final int NEVER_LOADED = 400;
    private static final int FIRST_USES = 20;

    /** Between two requests of one client, so that the replicas of this test get processors, too. */
    private static final Duration PACE = Duration.ofMillis(20);

    private final Opened opened = new Opened();

    /** How many virtual environments have been used. */
    private final AtomicInteger used = new AtomicInteger();

    @TempDir
    private Path folder;

    private ApiServer server;
    private ServedCluster cluster;
    private LoopbackPorts ports;
    private int port;

    @BeforeEach
    void open() throws Exception {
        server = opened.add(ServedCluster.startServer(folder));
        ports = opened.add(new LoopbackPorts());
        port = ports.next();
        cluster = ServedCluster.on(server);
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        for (int i = 0; i < NEVER_LOADED; i++) {
            cluster.virtualEnvironment("fix-" + i, "{parent: main}");
        }
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    /** A replica with its pod. */
    private record RollingReplica(KitsunePod pod, ServeProcess process) {}

    /** Starts a replica, and waits until it is ready and knows everything. */
    private RollingReplica replica(String name, int number) throws IOException {
        KitsunePod pod = opened.add(KitsunePod.create(server, name, number, port));
        ServeProcess process = opened.add(cluster.process(pod, ports, folder));
        await().atMost(PATIENCE).until(() -> process.get("/api/environments/fix-" + (NEVER_LOADED - 1))
                .startsWith("200"));
        return new RollingReplica(pod, process);
    }

    private PodEnvoy.WayToKitsune way(ServiceAddress kitsune) {
        return new PodEnvoy.WayToKitsune(server, ServedCluster.SYSTEM, kitsune.port(), UnaryOperator.identity());
    }

    private ClusterGateway gateway(ServiceAddress kitsune) throws Exception {
        ClusterGateway gateway = opened.add(ClusterGateway.start(way(kitsune), ports, folder));
        gateway.awaitVersion("main", "f1", PATIENCE);
        return gateway;
    }

    /** Starts a replica, which gets a gateway at once. What a JVM does first is slow on a busy machine. */
    private RollingReplica next(String name, int number) throws Exception {
        RollingReplica replica = replica(name, number);
        gateway(opened.add(new ServiceAddress(replica.pod().socket())));
        return replica;
    }

    private static Load.LoadAttempt use(ClusterGateway gateway, Supplier<String> names) {
        return () -> {
            TimeUnit.NANOSECONDS.sleep(PACE.toNanos());
            String name = names.get();
            Answer answer = gateway.client().send(ClusterGateway.call(name));
            return answer.status() == 200 && answer.receivedOne("kitsune-env").equals(name)
                    ? Optional.empty()
                    : Optional.of(name + ": " + answer.status() + " " + answer.text());
        };
    }

    /** Each request is the first one of its virtual environment. */
    private Load firstUses(ClusterGateway gateway) {
        return new Load(2, List.of(use(gateway, () -> "fix-" + used.getAndIncrement())));
    }

    private static void assertNothingFailed(Load load) {
        assertThat(load.failures()).isEmpty();
        assertThat(load.failed()).isZero();
    }

    @Test
    void noRequestFailsWhileBothReplicasAreReplaced() throws Exception {
        RollingReplica one = replica("one", 2);
        RollingReplica two = replica("two", 3);
        ServiceAddress service =
                opened.add(new ServiceAddress(one.pod().socket(), two.pod().socket()));
        opened.add(new FakeKubelet(way(service), cluster.shop(), folder));
        cluster.pod("front-1", "f1");
        cluster.pod("front-2", "f2");
        ClusterGateway gateway = gateway(service);

        try (Load load = new Load(2, List.of(use(gateway, () -> "main")))) {
            load.awaitMore(MANY);
            RollingReplica three = next("three", 4);
            service.join(three.pod().socket());
            replaced(one, service, gateway);
            RollingReplica four = next("four", 5);
            service.join(four.pod().socket());
            replaced(two, service, gateway);
            load.awaitMore(MANY);
            assertNothingFailed(load);
            assertThat(used.get()).as("requests that were first ones").isBetween(1, NEVER_LOADED);

            // And one of them decides.
            cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));
            gateway.awaitVersion("main", "f2", PATIENCE);
        }
    }

    /** Ends a replica as the kubelet ends its pod. */
    private void replaced(RollingReplica replica, ServiceAddress service, ClusterGateway gateway) throws Exception {
        Load load = firstUses(gateway);
        try (load) {
            load.awaitMore(FIRST_USES);
            replica.pod().terminate();
            service.leave(replica.pod().socket());
            // The hook of the pod lasts longer.
            load.awaitMore(FIRST_USES);
            assertThat(replica.process().terminate(PATIENCE))
                    .as(replica.process().log())
                    .isZero();
            load.awaitMore(FIRST_USES);
            replica.pod().close();
            load.awaitMore(FIRST_USES);
        }
        assertNothingFailed(load);
    }
}
