package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator deletes what belongs to no namespace, and real Envoys go on. */
class DeletedEnvironmentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Opened opened = new Opened();

    @TempDir
    private Path folder;

    private ApiServer server;
    private ServedCluster cluster;
    private ControlPlane replica;
    private ClusterGateway gateway;

    @BeforeEach
    void open() throws Exception {
        server = opened.add(ServedCluster.startServer(folder));
        cluster = new ServedCluster(server, server.newNamespace("shop"));
        environment("Hello");
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front:
                      version: f1
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      variables: {greeting: {required: true}}
                """);
        release("main");
        LoopbackPorts ports = opened.add(new LoopbackPorts());
        replica = opened.add(cluster.replica("one"));
        opened.add(new FakeKubelet(server, cluster.shop(), replica.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        gateway = opened.add(ClusterGateway.start(server, replica.xdsPort(), ports, folder));
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private void environment(String greeting) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {variables: {greeting: %s}}}
                """.formatted(greeting));
    }

    private @Nullable GenericKubernetesResource stored() {
        return server.client()
                .genericKubernetesResources(Kind.API_VERSION, "Environment")
                .withName("dev")
                .get();
    }

    private void release(String virtualEnvironment) {
        cluster.virtualEnvironment(
                virtualEnvironment, "{environment: dev, release: {apps: {shop: {appDeployment: shop-1}}}}");
    }

    private void delete(String kind, String name) {
        server.client()
                .genericKubernetesResources(Kind.API_VERSION, kind)
                .withName(name)
                .delete();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(assertion);
    }

    private void awaitGreeting(String header, String virtualEnvironment, String greeting) {
        eventually(() -> {
            Answer answer = gateway.client()
                    .send(Call.post("http://shop.localhost/", "{}").with(header, virtualEnvironment));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.receivedOne("kitsune-var-greeting")).isEqualTo(greeting);
        });
    }

    /** Its last version stays in force, whether or not its object stays, too. */
    @Test
    void anEnvironmentThatIsUsedStaysInForceUntilNothingUsesIt() {
        awaitGreeting("kitsune-env", "main", "Hello");

        delete("Environment", "dev");
        eventually(() -> assertThat(isHeld()).isTrue());
        cluster.virtualEnvironment("fix", "{parent: main}");
        awaitGreeting("kitsune-env", "fix", "Hello");
        awaitGreeting("kitsune-env", "main", "Hello");

        cluster.virtualEnvironment("fix").delete();
        cluster.virtualEnvironment("main").delete();
        gateway.awaitGone("fix", PATIENCE);
        gateway.awaitGone("main", PATIENCE);
        eventually(() -> assertThat(stored()).isNull());

        // Now it is gone, and what names it is told so, until there is one again.
        release("late");
        eventually(() ->
                assertThat(cluster.condition("late", "Accepted", "reason")).isEqualTo("MissingEnvironment"));
        gateway.awaitGone("late", PATIENCE);
        environment("Hi");
        awaitGreeting("kitsune-env", "late", "Hi");
        eventually(() ->
                assertThat(cluster.condition("late", "Accepted", "status")).isEqualTo("True"));
    }

    /** Its object waits for its end, or has ended, and a problem names what needs it. */
    private boolean isHeld() {
        GenericKubernetesResource object = stored();
        return object == null
                ? replica.state().problems().all().stream()
                        .anyMatch(problem -> problem.toString().contains("DeletionHeld"))
                : object.getMetadata().getDeletionTimestamp() != null;
    }

    @Test
    void withoutAPlatformTheDefaultsCountAgain() {
        awaitGreeting("kitsune-env", "main", "Hello");
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {context: {header: x-env}}
                """);
        awaitGreeting("x-env", "main", "Hello");
        // A request that names no virtual environment goes where its rule leads.
        awaitStatus("x-env", "nobody", 404);
        awaitStatus("kitsune-env", "nobody", 200);

        delete("Platform", "kitsune");

        awaitStatus("x-env", "nobody", 200);
        awaitStatus("kitsune-env", "nobody", 404);
        awaitGreeting("kitsune-env", "main", "Hello");
        assertThat(replica.state().problems().all()).isEmpty();
    }

    private void awaitStatus(String header, String virtualEnvironment, int status) {
        Call call = Call.post("http://shop.localhost/", "{}").with(header, virtualEnvironment);
        eventually(() -> assertThat(gateway.client().send(call).status()).isEqualTo(status));
    }
}
