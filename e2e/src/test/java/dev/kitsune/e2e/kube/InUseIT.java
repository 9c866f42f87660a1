package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.k8s.inuse.Cleanup;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A deleted object stays as long as another one needs it, on every replica, and no namespace is stuck because of that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InUseIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RELEASE = "{environment: dev, release: {apps: {shop: {appDeployment: %s}}}}";

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private AutoCloseable controllers;
    private ServedCluster cluster;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
        controllers = SharedApiServer.controllers(server, folder.resolve("controllers"));
    }

    @AfterAll
    void stopServer() throws Exception {
        controllers.close();
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        server.installDefinitions();
        cluster = ServedCluster.on(server);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
        object(Kind.Environment, "dev").delete();
    }

    private ControlPlane replica(String name) throws ControlPlane.StartException {
        return opened.add(cluster.replica(name));
    }

    private Resource<GenericKubernetesResource> object(Kind kind, String name) {
        var all = server.client().genericKubernetesResources(Kind.API_VERSION, kind.name());
        return kind.namespaced() ? all.inNamespace(cluster.shop()).withName(name) : all.withName(name);
    }

    private boolean exists(Kind kind, String name) {
        return object(kind, name).get() != null;
    }

    private boolean isInUse(Kind kind, String name) {
        return Objects.requireNonNull(object(kind, name).get(), name)
                .getMetadata()
                .getFinalizers()
                .contains("kitsune.dev/in-use");
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    private void adapter(String name) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: %s, namespace: SHOP}
                spec: {http: {url: "https://api.example.com"}}
                """.formatted(name));
    }

    @Test
    void whatOthersNeedOutlivesItsDeletionOnEveryReplica() throws Exception {
        adapter("payments");
        adapter("unused");
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
                      dependencies: {payments: {type: Adapter}}
                """);
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        cluster.virtualEnvironment("fix", "{parent: main}");
        ControlPlane one = replica("one");
        LoopbackPorts ports = new LoopbackPorts();
        opened.add(ports);
        opened.add(new FakeKubelet(server, cluster.shop(), one.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway = ClusterGateway.start(server, one.xdsPort(), ports, folder);
        opened.add(gateway);
        gateway.awaitVersion("fix", "f1", PATIENCE);
        eventually(() -> isInUse(Kind.Environment, "dev")
                && isInUse(Kind.VirtualEnvironment, "main")
                && isInUse(Kind.AppDeployment, "shop-1")
                && isInUse(Kind.Adapter, "payments"));
        assertThat(isInUse(Kind.VirtualEnvironment, "fix")).isFalse();
        assertThat(isInUse(Kind.AppDeployment, "shop-2")).isFalse();
        assertThat(isInUse(Kind.Adapter, "unused")).isFalse();

        object(Kind.Environment, "dev").delete();
        object(Kind.VirtualEnvironment, "main").delete();
        object(Kind.AppDeployment, "shop-1").delete();
        object(Kind.Adapter, "payments").delete();
        object(Kind.Adapter, "unused").delete();

        eventually(() -> problemsOf("main").contains("DeletionHeld"));
        eventually(() -> !exists(Kind.Adapter, "unused"));
        ControlPlane two = replica("two");
        gateway.awaitVersion("fix", "f1", PATIENCE);
        gateway.awaitVersion("main", "f1", PATIENCE);
        // A replica that starts later knows as much as the one that saw the deletion.
        eventually(() -> ServedCluster.isServed(two, "fix"));
        assertThat(two.state().snapshot()).isEqualTo(one.state().snapshot());
        assertThat(two.state().problems().all())
                .isEqualTo(one.state().problems().all());

        object(Kind.VirtualEnvironment, "fix").delete();

        eventually(() -> !exists(Kind.VirtualEnvironment, "fix")
                && !exists(Kind.VirtualEnvironment, "main")
                && !exists(Kind.AppDeployment, "shop-1")
                && !exists(Kind.Adapter, "payments")
                && !exists(Kind.Environment, "dev"));
        gateway.awaitGone("main", PATIENCE);
        eventually(() -> !ServedCluster.isServed(two, "main"));
    }

    private String problemsOf(String virtualEnvironment) {
        return String.valueOf(cluster.status(virtualEnvironment, "problems"));
    }

    /** It is set before the release is active, so there is no moment in which a deletion would end what requests use. */
    @Test
    void anActiveReleaseHoldsItsAppDeploymentFromTheBeginningAndAnEarlierOneNotAnyMore() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        replica("one");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        eventually(() -> Integer.valueOf(1).equals(activeRelease()));
        assertThat(isInUse(Kind.AppDeployment, "shop-1")).isTrue();

        cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));
        eventually(() -> Integer.valueOf(2).equals(activeRelease()));
        assertThat(isInUse(Kind.AppDeployment, "shop-2")).isTrue();
        object(Kind.AppDeployment, "shop-1").delete();
        eventually(() -> !exists(Kind.AppDeployment, "shop-1"));
    }

    private Object activeRelease() {
        Object active = cluster.status("main", "release", "active");
        return active instanceof Map<?, ?> map ? Objects.requireNonNull(map.get("id")) : "none";
    }

    @Test
    void aStableReleaseDoesNotNeedWhatItFroze() throws Exception {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {releasePolicy: {type: Stable}}
                """);
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  version: "1"
                  components: {front: {version: f1, routes: [{rule: "Host(`shop.localhost`)"}]}}
                """);
        cluster.virtualEnvironment(
                "main", "{environment: dev, release: {apps: {shop: {appDeployment: shop-1, version: \"1\"}}}}");
        ControlPlane one = replica("one");
        eventually(() -> Integer.valueOf(1).equals(activeRelease()));
        eventually(() -> isInUse(Kind.Environment, "dev"));

        object(Kind.AppDeployment, "shop-1").delete();

        eventually(() -> !exists(Kind.AppDeployment, "shop-1"));
        assertThat(ServedCluster.isServed(one, "main")).isTrue();
    }

    @Test
    void aNewHolderLetsGoWhatTheOneBeforeHeld() throws Exception {
        cluster.virtualEnvironment("main", "{environment: dev}");
        cluster.virtualEnvironment("fix", "{parent: main}");
        ControlPlane one = replica("one");
        eventually(() -> isInUse(Kind.VirtualEnvironment, "main"));
        object(Kind.VirtualEnvironment, "main").delete();
        opened.close(one);
        object(Kind.VirtualEnvironment, "fix").delete();
        assertThat(exists(Kind.VirtualEnvironment, "main")).isTrue();

        replica("two");

        eventually(() -> !exists(Kind.VirtualEnvironment, "main"));
        eventually(() -> !isInUse(Kind.Environment, "dev"));
    }

    @Test
    void aNamespaceEndsAlthoughOthersNeedWhatIsInIt() throws Exception {
        cluster.virtualEnvironment("main", "{environment: dev}");
        ServedCluster other = new ServedCluster(server, server.newNamespace("other"));
        other.virtualEnvironment("child", "{parent: main}");
        ControlPlane one = replica("one");
        eventually(() -> isInUse(Kind.VirtualEnvironment, "main"));
        object(Kind.VirtualEnvironment, "main").delete(); // It waits already when its namespace ends.

        server.client().namespaces().withName(cluster.shop()).delete();

        eventually(() -> server.client().namespaces().withName(cluster.shop()).get() == null);
        eventually(() -> !ServedCluster.isServed(one, "main") && !ServedCluster.isServed(one, "child"));
        other.clear();
        cluster = other;
    }

    @Test
    void aDefinitionThatIsDroppedIsNotStuckAndWhatWasServedStays() throws Exception {
        cluster.virtualEnvironment("main", "{environment: dev}");
        cluster.virtualEnvironment("fix", "{parent: main}");
        ControlPlane one = replica("one");
        eventually(() -> isInUse(Kind.VirtualEnvironment, "main") && isInUse(Kind.Environment, "dev"));
        var definition = server.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("virtualenvironments.kitsune.dev");

        definition.delete();

        eventually(() -> definition.get() == null);
        eventually(() -> one.state().problems().all().toString().contains("the definition is"));
        assertThat(ServedCluster.isServed(one, "main")).isTrue();
        assertThat(ServedCluster.isServed(one, "fix")).isTrue();
        opened.close(one);
        server.installDefinitions();
    }

    @Test
    void cleaningUpRemovesEveryFinalizer() throws Exception {
        cluster.virtualEnvironment("main", "{environment: dev}");
        cluster.virtualEnvironment("fix", "{parent: main}");
        ControlPlane one = replica("one");
        eventually(() -> isInUse(Kind.VirtualEnvironment, "main") && isInUse(Kind.Environment, "dev"));
        object(Kind.VirtualEnvironment, "main").delete();
        opened.close(one);

        try (Cleanup cleanup = new Cleanup(server.config())) {
            assertThat(cleanup.stop("kitsune-system", "kitsune", PATIENCE))
                    .as("there is no Deployment")
                    .isTrue();
            assertThat(cleanup.removeFinalizers()).isEqualTo(2);
            assertThat(cleanup.removeFinalizers()).isZero();
        }

        assertThat(exists(Kind.VirtualEnvironment, "main")).isFalse();
        assertThat(isInUse(Kind.Environment, "dev")).isFalse();
    }
}
