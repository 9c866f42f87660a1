package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.k8s.lease.ReadyPods;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Overlay.OverlayVariable;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.ControlPlane;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The condition {@code Programmed} of a virtual environment is True when its newest generation and release are in force at
 * the proxies of all replicas, and never before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgrammedIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final String SPEC =
            "{environment: dev, data: {variables: {greeting: %s}}," + " release: {apps: {shop: {appDeployment: %s}}}}";

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
        cluster.virtualEnvironment("main", SPEC.formatted("Hello", "shop-1"));
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

    private ControlPlane replica(String name) throws Exception {
        return replica(name, server.config());
    }

    private ControlPlane replica(String name, CuttableLine line) throws Exception {
        return replica(name, cluster.through(line));
    }

    private ControlPlane replica(String name, Config config) throws Exception {
        return opened.add(cluster.replica(name, config, ports.next()));
    }

    private ClusterGateway gateway(int xdsPort) throws Exception {
        return opened.add(ClusterGateway.start(server, xdsPort, ports, folder));
    }

    /** A gateway loads what is requested. There is no pod to answer. */
    private static void load(ClusterGateway gateway) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> gateway.client()
                                .send(Call.get("http://shop.localhost/").with("kitsune-env", "main"))
                                .status()
                        == 503);
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    private boolean isProgrammed(String status, String reason) {
        return status.equals(cluster.condition("main", "Programmed", "status"))
                && reason.equals(cluster.condition("main", "Programmed", "reason"))
                && cluster.isOfThisGeneration("main", "Programmed");
    }

    private static boolean greets(ControlPlane replica, String greeting) {
        ResolvedVirtualEnvironment main =
                Objects.requireNonNull(replica.state().snapshot()).virtualEnvironment(MAIN);
        OverlayVariable found = main == null ? null : main.overlay().variables().get("greeting");
        return found != null && greeting.equals(found.value().text());
    }

    /** Waits for a value with this message. No value about the newest generation was True before it. */
    private void assertOnlyPending(RecordedConditions programmed, String message) {
        long generation = Objects.requireNonNull(
                        cluster.virtualEnvironment("main").get())
                .getMetadata()
                .getGeneration();
        eventually(() -> programmed.of(generation).stream()
                .anyMatch(value -> value.message().startsWith(message)));
        assertThat(programmed.of(generation))
                .allSatisfy(value -> assertThat(value.reason()).isEqualTo("Pending"));
    }

    /** A proxy of the replica that does not decide counts like any other. */
    @Test
    void programmedMeansThatTheProxiesOfAllReplicasHaveIt() throws Exception {
        ControlPlane one = replica("one");
        CuttableLine line = opened.add(new CuttableLine(replica("two").xdsPort()));
        load(gateway(one.xdsPort()));
        load(gateway(line.port()));
        eventually(() -> isProgrammed("True", "Programmed")
                && "2/2".equals(cluster.status("main", "proxies", "summary"))
                && "True".equals(cluster.condition("main", "Ready", "status")));
        RecordedConditions programmed = opened.add(new RecordedConditions(cluster, "main", "Programmed"));

        line.hold();
        cluster.virtualEnvironment("main", SPEC.formatted("Hi", "shop-2"));
        eventually(() -> "1/2".equals(cluster.status("main", "proxies", "summary")));
        assertThat(line.held()).as("the acknowledgement is on its way").isPositive();
        assertOnlyPending(programmed, "not all proxies that have loaded it have acknowledged it");

        line.release();
        eventually(() -> isProgrammed("True", "Programmed")
                && "2/2".equals(cluster.status("main", "proxies", "summary"))
                && "True".equals(cluster.condition("main", "Ready", "status")));
    }

    /** The object's generation is the same before and after an activation. */
    @Test
    void aReplicaThatServesTheReleaseBeforeIsBehind() throws Exception {
        // A replica with a ready pod is waited for, also before its first report.
        Pod pod = ReadyPodsIT.ready(server, ServedCluster.SYSTEM, "two", ReadyPods.LABELS);
        CuttableLine lineOfOne = lineToServer();
        ControlPlane one = replica("one", lineOfOne);
        CuttableLine lineOfTwo = lineToServer();
        ControlPlane two = replica("two", lineOfTwo);
        gateway(one.xdsPort());
        eventually(() -> isProgrammed("True", "Programmed"));
        RecordedConditions programmed = opened.add(new RecordedConditions(cluster, "main", "Programmed"));

        lineOfOne.hold(); // It sees what changes, and cannot save what it decides.
        cluster.virtualEnvironment("main", SPEC.formatted("Hi", "shop-2"));
        eventually(() -> greets(one, "Hi") && greets(two, "Hi"));
        lineOfTwo.cut();
        lineOfOne.release();

        eventually(() -> Objects.equals(cluster.status("main", "release", "active", "id"), 2));
        assertOnlyPending(programmed, "these replicas do not serve this generation yet: two");

        lineOfTwo.mend();
        eventually(() -> isProgrammed("True", "Programmed"));
        server.client().resource(pod).withGracePeriod(0).delete();
    }

    /** Nobody sends a request, and no object changes. */
    @Test
    void theFirstProxyAndTheLastOneChangeWhatIsProgrammed() throws Exception {
        List<ControlPlane> replicas = List.of(replica("one"), replica("two"));
        for (ControlPlane replica : replicas) {
            eventually(() -> isProgrammed("False", "NoProxies"));

            ClusterGateway gateway = gateway(replica.xdsPort());
            eventually(() -> isProgrammed("True", "Programmed"));
            gateway.close();
        }
        eventually(() -> isProgrammed("False", "NoProxies"));
    }

    /** A pod that is ready may have proxies. As long as it says nothing, nobody knows what they have. */
    @Test
    void aReadyPodThatReportsNothingMakesItUnknown() throws Exception {
        gateway(replica("one").xdsPort());
        eventually(() -> isProgrammed("True", "Programmed"));

        Pod pod = ReadyPodsIT.ready(server, ServedCluster.SYSTEM, "silent", ReadyPods.LABELS);
        eventually(() -> isProgrammed("Unknown", "ReplicaSilent")
                && String.valueOf(cluster.condition("main", "Programmed", "message"))
                        .contains("silent"));

        server.client().resource(pod).withGracePeriod(0).delete();
        eventually(() -> isProgrammed("True", "Programmed"));
    }
}
