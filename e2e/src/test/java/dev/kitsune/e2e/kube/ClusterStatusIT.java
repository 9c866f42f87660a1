package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.store.TranslatedResources;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A virtual environment's status says why it does not work, also if the cause lies elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterStatusIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RELEASE = "environment: dev, release: {apps: {shop: {appDeployment: shop-1}}}";
    private static final String DATA =
            ", data: {variables: {greeting: %s}, secrets: {pin: {secretRef: {name: pin, key:" + " token}}}}";
    private static final int CHILDREN = 200;

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

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    private void awaitCondition(String name, String type, String status, String reason, String... words) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            assertThat(cluster.condition(name, type, "status"))
                    .as("%s %s %s", name, type, cluster.condition(name, type, "message"))
                    .isEqualTo(status);
            assertThat(cluster.condition(name, type, "reason")).isEqualTo(reason);
            String message = String.valueOf(cluster.condition(name, type, "message"));
            assertThat(words).allSatisfy(word -> assertThat(message).contains(word));
        });
    }

    /** Only what the proxies have is not as it should be, because no test of this class needs one for its references. */
    private void awaitResolved(String... names) {
        for (String name : names) {
            awaitCondition(name, "ResolvedRefs", "True", "ResolvedRefs");
        }
    }

    private void needingDeployment() {
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
                      variables: {greeting: {type: String, required: true}}
                      secrets: {pin: {required: true}}
                """);
    }

    private void main(String greeting) {
        cluster.virtualEnvironment("main", "{" + RELEASE + DATA.formatted(greeting) + "}");
    }

    private void pin() {
        cluster.apply("{apiVersion: v1, kind: Secret, metadata: {name: pin, namespace: SHOP}, stringData: {token: x}}");
    }

    private void deletePin() {
        server.client().secrets().inNamespace(cluster.shop()).withName("pin").delete();
    }

    private String mainObject() {
        return "VirtualEnvironment/" + cluster.shop() + "/main";
    }

    /** Spoils the routes of the sidecars for the greeting Hello, because Kitsune itself makes none with a fault. */
    private static final class SpoiltRoutes extends TranslatedResources {
        @Override
        public List<ConfigurationFault> faults(Translated made) {
            return made.resource() instanceof RouteConfiguration routes
                            && routes.getName().startsWith("in/")
                            && routes.toString().contains("Hello")
                    ? List.of(new ConfigurationFault("virtual_hosts[0].domains", "unique domains", null))
                    : super.faults(made);
        }
    }

    @Test
    void whatKitsuneDoesNotPublishIsInTheConditionOfAllThatUseIt() throws Exception {
        needingDeployment();
        pin();
        main("Hi");
        cluster.virtualEnvironment("same", "{parent: main}");
        cluster.virtualEnvironment("other", "{parent: main, data: {variables: {greeting: Howdy}}}");
        ControlPlane one = opened.add(cluster.replica("one", server.config(), 0, new SpoiltRoutes()));
        opened.add(new FakeKubelet(server, cluster.shop(), one.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway =
                opened.add(ClusterGateway.start(server, one.xdsPort(), opened.add(new LoopbackPorts()), folder));
        for (String name : List.of("main", "same", "other")) {
            gateway.awaitVersion(name, "f1", PATIENCE);
            awaitCondition(name, "Programmed", "True", "Programmed");
        }

        main("Hello");

        String words = "/main is not published, because virtual_hosts[0].domains: expected unique domains";
        awaitCondition("main", "Programmed", "False", "Refused", "route in/shop/front@f1/", words);
        awaitCondition("same", "Programmed", "False", "Refused", words);
        awaitCondition("main", "Ready", "False", "Refused");
        awaitCondition("other", "Programmed", "True", "Programmed");
        gateway.awaitVersion("main", "f1", PATIENCE);

        main("Hi again");
        awaitCondition("main", "Programmed", "True", "Programmed");
        awaitCondition("same", "Programmed", "True", "Programmed");
    }

    @Test
    void aVariableAndASecretThatTheParentLacksAreMissingInItsChildrenToo() throws Exception {
        needingDeployment();
        pin();
        main("Hi");
        cluster.virtualEnvironment("child", "{parent: main}");
        cluster.virtualEnvironment("grandchild", "{parent: child}");
        cluster.virtualEnvironment("own", "{parent: main, data: {variables: {greeting: Howdy}}}");
        ControlPlane one = opened.add(cluster.replica("one"));
        awaitResolved("main", "child", "grandchild", "own");

        deletePin();
        awaitCondition("main", "ResolvedRefs", "False", "MissingSecret", "secret pin");
        for (String name : List.of("child", "grandchild", "own")) {
            awaitCondition(name, "ResolvedRefs", "False", "MissingSecret", "inherited from " + mainObject());
            awaitCondition(name, "Ready", "False", "MissingSecret", "secret pin");
        }
        pin();
        awaitResolved("main", "child", "grandchild", "own");

        cluster.virtualEnvironment("main", "{" + RELEASE + DATA.formatted("Hi").replace("greeting", "gruss") + "}");
        awaitCondition("grandchild", "ResolvedRefs", "False", "MissingVariable", "inherited from " + mainObject());
        awaitResolved("own");
        assertThat(one.state().problems().all().stream().filter(Problem::isError))
                .as("it is reported once")
                .hasSize(1);
        main("Hi");
        awaitResolved("main", "child", "grandchild", "own");
    }

    @Test
    void anAppDeploymentThatTheParentLacksIsMissingInItsChildrenToo() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.virtualEnvironment("main", "{environment: dev, release: {apps: {shop: {appDeployment: shop-2}}}}");
        cluster.virtualEnvironment("child", "{parent: main}");
        opened.add(cluster.replica("one"));

        awaitCondition("main", "Released", "False", "Pending");
        awaitCondition(
                "child",
                "ResolvedRefs",
                "False",
                "MissingAppDeployment",
                "it inherits the release of " + mainObject(),
                "release 1 waits until its problems are solved",
                "there is no app deployment shop-2");
        awaitCondition("child", "Ready", "False", "MissingAppDeployment");

        cluster.deployment("shop-2", "f2");
        awaitCondition("main", "Released", "True", "Released");
        awaitResolved("main", "child");
    }

    @Test
    void aParentThatIsMendedRenewsTheStatusOfAllItsChildren() throws Exception {
        ControlPlane one = opened.add(cluster.replica("one"));
        opened.add(ClusterGateway.start(server, one.xdsPort(), opened.add(new LoopbackPorts()), folder));
        needingDeployment();
        pin();
        main("Hi");
        IntStream.range(0, CHILDREN).forEach(i -> cluster.virtualEnvironment("child-" + i, "{parent: main}"));
        eventually(() -> children("True") == CHILDREN);

        long began = System.nanoTime();
        deletePin();
        eventually(() -> children("False") == CHILDREN);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("at most 50 writes in a second")
                .isGreaterThan(Duration.ofSeconds(3));
        pin();
        eventually(() -> children("True") == CHILDREN);

        assertThat(one.state().problems().all()).noneMatch(Problem::isError);
    }

    private long children(String ready) {
        return server
                .client()
                .genericKubernetesResources(Kind.API_VERSION, Kind.VirtualEnvironment.name())
                .inNamespace(cluster.shop())
                .list()
                .getItems()
                .stream()
                .filter(one -> one.getMetadata().getName().startsWith("child-"))
                .filter(one -> one.get("status", "conditions") instanceof List<?> conditions
                        && conditions.stream().anyMatch(condition -> isReady((Map<?, ?>) condition, ready)))
                .count();
    }

    private static boolean isReady(Map<?, ?> condition, String status) {
        return "Ready".equals(condition.get("type")) && status.equals(condition.get("status"));
    }
}
