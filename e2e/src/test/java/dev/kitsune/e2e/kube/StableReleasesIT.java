package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stable releases of a cluster: replicas serve the contents of ReleaseManifests, whoever has made them. */
class StableReleasesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MANY = 200;

    private final Opened opened = new Opened();

    @TempDir
    private Path folder;

    private ApiServer server;
    private ServedCluster cluster;
    private LoopbackPorts ports;

    @BeforeEach
    void open() throws Exception {
        server = opened.add(ServedCluster.startServer(folder));
        ports = opened.add(new LoopbackPorts());
        cluster = new ServedCluster(server, server.newNamespace("shop"));
        environment("Hello");
        candidate("shop-1", "1.0", "f1");
        candidate("shop-2", "2.0", "f2");
        release("shop-1", "1.0");
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private void environment(String greeting) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: prod}
                spec: {releasePolicy: {type: Stable}, data: {variables: {greeting: %s}}}
                """.formatted(greeting));
    }

    private void candidate(String name, String version, String front) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: %s, namespace: SHOP}
                spec:
                  app: shop
                  version: "%s"
                  components:
                    front:
                      version: %s
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      variables: {greeting: {required: true}}
                """.formatted(name, version, front));
    }

    private void release(String candidate, String version) {
        cluster.virtualEnvironment(
                "main",
                "{environment: prod, release: {apps: {shop: {appDeployment: %s, version: \"%s\"}}}}"
                        .formatted(candidate, version));
    }

    private CuttableLine lineToServer() throws Exception {
        return opened.add(cluster.lineToServer());
    }

    private ServeProcess replica(String name, CuttableLine line) throws Exception {
        Config through = cluster.through(line);
        return opened.add(cluster.process(name, through, ports, folder));
    }

    /** Starts pods of both versions, and a gateway. All of their Envoys have the first replica for as long as it runs. */
    private ClusterGateway mesh(ServeProcess first, ServeProcess second) throws Exception {
        int address =
                opened.add(new CuttableLine(first.xdsPort(), second.xdsPort())).port();
        opened.add(new FakeKubelet(server, cluster.shop(), address, folder));
        cluster.pod("front-1", "f1");
        cluster.pod("front-2", "f2");
        return opened.add(ClusterGateway.start(server, address, ports, folder));
    }

    private GenericKubernetesResource manifest(String name) {
        return Objects.requireNonNull(stored(name), name);
    }

    private @Nullable GenericKubernetesResource stored(String name) {
        return server.client()
                .genericKubernetesResources(Kind.API_VERSION, "ReleaseManifest")
                .inNamespace(cluster.shop())
                .withName(name)
                .get();
    }

    private List<String> manifests() {
        return server
                .client()
                .genericKubernetesResources(Kind.API_VERSION, "ReleaseManifest")
                .inNamespace(cluster.shop())
                .list()
                .getItems()
                .stream()
                .map(one -> one.getMetadata().getName())
                .sorted()
                .toList();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(assertion);
    }

    private static void assertAnswers(ClusterGateway gateway, String version, String greeting) throws Exception {
        Answer answer = gateway.client().send(ClusterGateway.call("main"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().path("version").asText()).isEqualTo(version);
        assertThat(answer.receivedOne("kitsune-var-greeting")).isEqualTo(greeting);
    }

    /** The new holder finds the contents that the earlier one has stored, and activates them. */
    @Test
    void aHolderThatIsKilledBetweenReleaseManifestAndStatusIsFollowedByOneThatActivatesTheSame() throws Exception {
        CuttableLine line = lineToServer();
        ServeProcess one = replica("one", line);
        ServeProcess two = replica("two", lineToServer());
        ClusterGateway gateway = mesh(one, two);
        gateway.awaitVersion("main", "f1", PATIENCE);
        eventually(() -> assertThat(cluster.status("main", "release", "active", "manifest"))
                .isEqualTo("main-1"));

        try (Load load = gateway.load("main", "f1", "f2")) {
            line.hold();
            release("shop-2", "2.0");
            line.passUntil(() -> stored("main-2") != null, PATIENCE);
            GenericKubernetesResource made = manifest("main-2");
            // What would say that it is active is kept back.
            eventually(() -> assertThat(line.held()).isPositive());
            one.kill();
            assertThat(cluster.status("main", "release", "active", "manifest")).isEqualTo("main-1");
            assertThat(two.get("/api/environments/main")).contains("f1").doesNotContain("f2");

            gateway.awaitVersion("main", "f2", PATIENCE);

            assertThat(cluster.status("main", "release", "active", "id")).isEqualTo(2);
            assertThat(cluster.status("main", "release", "active", "manifest")).isEqualTo("main-2");
            GenericKubernetesResource now = manifest("main-2");
            assertThat(now.getMetadata().getUid()).isEqualTo(made.getMetadata().getUid());
            assertThat(now.<Object>get("spec")).isNotNull().isEqualTo(made.get("spec"));
            assertThat(manifests()).containsExactly("main-1", "main-2");
            load.awaitMore(MANY);
            assertThat(load.failures()).isEmpty();
        }
        assertAnswers(gateway, "f2", "Hello");
    }

    @Test
    void aReleaseIsServedAsItWasFrozenByEveryReplica() throws Exception {
        ServeProcess one = replica("one", lineToServer());
        ServeProcess two = replica("two", lineToServer());
        ClusterGateway gateway = mesh(one, two);
        gateway.awaitVersion("main", "f1", PATIENCE);
        assertAnswers(gateway, "f1", "Hello");

        // Nothing that changes now is in force before the next release.
        environment("Hi");
        server.client()
                .genericKubernetesResources(Kind.API_VERSION, "AppDeployment")
                .inNamespace(cluster.shop())
                .withName("shop-1")
                .delete();
        for (ServeProcess replica : List.of(one, two)) {
            eventually(() ->
                    assertThat(replica.get("/api/environments/main")).contains("\"frozen\":\"Hello\",\"live\":\"Hi\""));
        }
        assertAnswers(gateway, "f1", "Hello");

        // A replica that starts now has never seen what the release was made of.
        two.kill();
        ServeProcess three = replica("three", lineToServer());
        eventually(() -> assertThat(three.get("/api/environments/main")).isEqualTo(one.get("/api/environments/main")));
        ClusterGateway other = opened.add(ClusterGateway.start(server, three.xdsPort(), ports, folder));
        other.awaitVersion("main", "f1", PATIENCE);
        assertAnswers(other, "f1", "Hello");

        release("shop-2", "2.0");
        for (ClusterGateway each : List.of(gateway, other)) {
            each.awaitVersion("main", "f2", PATIENCE);
            assertAnswers(each, "f2", "Hi");
        }

        // It returns to the whole content, although its app deployment is gone.
        cluster.virtualEnvironment("main").edit(object -> {
            object.getMetadata().setAnnotations(Map.of("kitsune.dev/request", "{\"id\":\"back\",\"rollback\":{}}"));
            return object;
        });
        for (ClusterGateway each : List.of(gateway, other)) {
            each.awaitVersion("main", "f1", PATIENCE);
            assertAnswers(each, "f1", "Hello");
        }
        assertThat(cluster.status("main", "release", "request")).isEqualTo("back");
    }
}
