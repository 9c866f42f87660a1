package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that serve one cluster: what one of them decides, all of them serve. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final String RELEASE = "{environment: dev, release: {apps: {shop: {appDeployment: %s}}}}";

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;

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
        cluster = ServedCluster.on(server);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
    }

    private ControlPlane replica(String name) throws ControlPlane.StartException {
        return opened.add(cluster.replica(name));
    }

    private static @Nullable String released(ControlPlane replica) {
        ReleaseStatus status = replica.state().releases().get(MAIN);
        return status == null || status.active() == null
                ? null
                : Objects.requireNonNull(status.active().wanted().apps().get("shop"))
                        .appDeployment();
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    @Test
    void realEnvoysServeWhatIsCreatedChangedAndDeleted() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        ControlPlane one = replica("one");
        LoopbackPorts ports = new LoopbackPorts();
        opened.add(ports);
        opened.add(new FakeKubelet(server, cluster.shop(), one.xdsPort(), folder));
        GatewayClient client = gateway(one, ports);
        cluster.pod("front-1", "f1");
        cluster.pod("front-2", "f2");
        Call call = Call.get("http://shop.localhost/");

        awaitVersion(client, call.with("kitsune-env", "main"), "f1");

        cluster.virtualEnvironment("fix", "{parent: main, components: {front: {version: f2}}}");
        awaitVersion(client, call.with("kitsune-env", "fix"), "f2");
        awaitVersion(client, call.with("kitsune-env", "main"), "f1");

        cluster.virtualEnvironment("fix", "{parent: main}");
        awaitVersion(client, call.with("kitsune-env", "fix"), "f1");

        cluster.virtualEnvironment("fix").delete();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> client.send(call.with("kitsune-env", "fix")).status() >= 400);

        server.client()
                .pods()
                .inNamespace(cluster.shop())
                .withName("front-1")
                .withGracePeriod(0)
                .delete();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> client.send(call.with("kitsune-env", "main")).status() == 503);
    }

    private GatewayClient gateway(ControlPlane replica, LoopbackPorts ports) throws Exception {
        ClusterGateway gateway = ClusterGateway.start(server, replica.xdsPort(), ports, folder);
        opened.add(gateway);
        return gateway.client();
    }

    private static void awaitVersion(GatewayClient client, Call call, String version) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            Answer answer = client.send(call);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.body().get("version").asText()).isEqualTo(version);
        });
    }

    @Test
    void whatTheHolderDecidesEveryReplicaServes() throws Exception {
        ControlPlane one = replica("one");
        ControlPlane two = replica("two");
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");

        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        eventually(() -> "shop-1".equals(released(one)) && "shop-1".equals(released(two)));
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));
        eventually(() -> "shop-2".equals(released(one)) && "shop-2".equals(released(two)));

        assertThat(one.state().snapshot()).isEqualTo(two.state().snapshot());
        assertThat(cluster.status("main", "release", "active", "id")).isEqualTo(2);
    }

    @Test
    void theOtherReplicaDecidesWhenTheHolderEnds() throws Exception {
        ControlPlane one = cluster.replica("one");
        ControlPlane two = replica("two");
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        eventually(() -> "shop-1".equals(released(two)));

        one.close();
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));

        eventually(() -> "shop-2".equals(released(two)));
    }

    /** What was requested while no replica decides is decided as soon as one does. */
    @Test
    void aRequestWaitsForTheNextHolder() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        try (ControlPlane one = cluster.replica("one")) {
            eventually(() -> "shop-1".equals(released(one)));
        }
        cluster.virtualEnvironment("main").edit(object -> {
            object.getMetadata()
                    .setAnnotations(Map.of(
                            "kitsune.dev/request",
                            "{\"id\":\"a\",\"release\":{\"apps\":{\"shop\":{\"appDeployment\":\"shop-2\"}}}}"));
            return object;
        });

        ControlPlane two = replica("two");

        eventually(() -> "shop-2".equals(released(two)));
        assertThat(cluster.status("main", "release", "request")).isEqualTo("a");
    }

    @Test
    void aReplicaThatStartsWhileAnObjectIsInvalidServesTheSame() throws Exception {
        cluster.virtualEnvironment("main", "{environment: dev, data: {variables: {greeting: Hello}}}");
        ControlPlane one = replica("one");
        eventually(() -> ServedCluster.isServed(one, "main"));

        cluster.virtualEnvironment("main", "{environment: dev, data: {variables: {greeting: Hi, \"not a name\": x}}}");
        eventually(() -> "Hello".equals(cluster.status("main", "lastGood", "spec", "data", "variables", "greeting")));
        assertThat(cluster.status("main", "lastGood", "generation")).isEqualTo(1);
        cluster.virtualEnvironment("fix", "{parent: main, data: {variables: {other: \"{{.Variables.nothing}}\"}}}");
        ControlPlane two = replica("two");

        eventually(
                () -> one.state().problems().all().equals(two.state().problems().all()));
        assertThat(two.state().snapshot()).isEqualTo(one.state().snapshot());
        assertThat(ServedCluster.isServed(two, "main")).isTrue();

        cluster.virtualEnvironment("main", "{environment: dev, data: {variables: {greeting: Good morning}}}");
        eventually(() -> cluster.status("main", "lastGood") == null);
        eventually(() -> Objects.equals(one.state().snapshot(), two.state().snapshot()));
    }

    @Test
    void everyReplicaKnowsWhatHasExpired() throws Exception {
        ControlPlane one = replica("one");
        ControlPlane two = replica("two");
        cluster.virtualEnvironment("short", "{environment: dev, expiresAfter: {age: 1s}}");

        eventually(() -> isExpired(one, "short") && isExpired(two, "short"));

        assertThat(cluster.status("short", "expiry", "expired")).isEqualTo(Map.of("limit", "age", "after", "1s"));
        assertThat(one.state().snapshot()).isEqualTo(two.state().snapshot());
        cluster.virtualEnvironment("short", "{environment: dev, expiresAfter: {age: 72h}}");
        eventually(() -> !isExpired(one, "short") && !isExpired(two, "short"));
        assertThat(cluster.status("short", "expiry")).isNull();
    }

    @Test
    void commandsReadTheClusterAndAskItsReplicas() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        cluster.virtualEnvironment(
                "fix", "{parent: main, data: {variables: {greeting: Hi}}, expiresAfter: {age: 72h}}");
        ControlPlane one = replica("one");
        eventually(() -> "shop-1".equals(released(one)) && ServedCluster.isServed(one, "fix"));

        assertThat(kitsune("release", "main", "--app", "shop=shop-2", "--wait").err())
                .contains("release 2 is active");
        // The command knows the status as soon as the API server has it.
        eventually(() -> "shop-2".equals(released(one)));
        assertThat(kitsune("history", "main").out())
                .contains("Active", "shop=shop-2", "Command")
                .contains("Superseded", "shop=shop-1", "Manifest");
        assertThat(kitsune("rollback", "main", "--wait").err()).contains("release 3 is active");
        eventually(() -> "shop-1".equals(released(one)));

        assertThat(kitsune("explain", "--env", "fix", "--url", "http://shop.localhost/")
                        .out())
                .contains("front@f1");
        assertThat(kitsune("usage").out()).contains("front");
        assertThat(kitsune("expiry").out()).contains("fix", "3d");
        assertThat(kitsune("translate", "--role", "gateway", "--listen-port", "8080", "--env", "fix")
                        .out())
                .contains("gw/fix");
        assertThat(kitsune("diff", "main", "fix").out()).contains("greeting");
        assertThat(kitsune("history", "main", "--namespace", "default").err()).contains("namespace default");
    }

    private record Ended(int exitCode, String out, String err) {}

    /** Runs a command as a user does who has a kubeconfig. */
    private Ended kitsune(String... arguments) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        System.setProperty("kubeconfig", server.kubeconfig().toString());
        try {
            int code = KitsuneCommand.commandLine("kitsune")
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err))
                    .execute(arguments);
            return new Ended(code, out.toString(), err.toString());
        } finally {
            System.clearProperty("kubeconfig");
        }
    }

    private static boolean isExpired(ControlPlane replica, String name) {
        var found =
                Objects.requireNonNull(replica.state().snapshot()).virtualEnvironment(new VirtualEnvironmentName(name));
        return found != null && found.expired() != null;
    }
}
