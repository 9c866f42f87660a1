package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.k8s.distill.DistillationSettings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.ControlPlane;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real API server with its controllers runs each component version once, however many use it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DistillationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration QUIET = Duration.ofSeconds(2);

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private ApiServer server;
    private AutoCloseable controllers;
    private ServedCluster cluster;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
        controllers = SharedApiServer.controllersOfDeployments(server, folder.resolve("controllers"));
    }

    @AfterAll
    void stopServer() throws Exception {
        if (controllers != null) {
            controllers.close();
        }
        server.close();
    }

    @BeforeEach
    void open() {
        cluster = ServedCluster.on(server);
        ServiceAccounts.create(server, cluster.shop(), ServiceAccounts.DEFAULT);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        server.client().apps().deployments().inNamespace(cluster.shop()).delete();
        cluster.clear();
        cluster.endLease();
    }

    private DistillationSettings settings() {
        return new DistillationSettings(Set.of(cluster.shop()), now::get);
    }

    private ControlPlane distilling(String name) throws Exception {
        return opened.add(cluster.replica(name, server.config(), settings()));
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(assertion);
    }

    /** {@code components}: name, version and image of each */
    private void deployment(String name, String... components) {
        StringBuilder yaml = new StringBuilder();
        for (String component : components) {
            String[] parts = component.split(" ", -1);
            yaml.append("    %s: {version: %s, template: {spec: {containers: [{name: app, image: %s}]}}}\n"
                    .formatted(parts[0], parts[1], parts[2]));
        }
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: %s, namespace: SHOP}
                spec:
                  app: shop
                  components:
                """.formatted(name) + yaml);
    }

    private void virtualEnvironment(String name, String deployment) {
        cluster.virtualEnvironment(
                name, "{environment: dev, release: {apps: {shop: {appDeployment: %s}}}}".formatted(deployment));
    }

    private List<Deployment> deployments() {
        return server.client()
                .apps()
                .deployments()
                .inNamespace(cluster.shop())
                .list()
                .getItems();
    }

    private @Nullable Deployment deployed(String name) {
        return server.client()
                .apps()
                .deployments()
                .inNamespace(cluster.shop())
                .withName(name)
                .get();
    }

    private Set<String> names() {
        return deployments().stream().map(one -> one.getMetadata().getName()).collect(Collectors.toSet());
    }

    /** Returns the uid of each pod that is not being deleted, by component and version. */
    private Map<String, String> pods() {
        Map<String, String> pods = new TreeMap<>();
        for (Pod pod : server.client().pods().inNamespace(cluster.shop()).list().getItems()) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            if (pod.getMetadata().getDeletionTimestamp() == null) {
                String version = labels.get("kitsune.dev/component") + "@" + labels.get("kitsune.dev/version");
                assertThat(pods.put(version, pod.getMetadata().getUid()))
                        .as("two pods of %s", version)
                        .isNull();
                assertThat(labels)
                        .containsEntry("kitsune.dev/inject", "enabled")
                        .containsEntry("kitsune.dev/app", "shop");
            }
        }
        return pods;
    }

    private @Nullable String unusedSince(String name) {
        Deployment found = deployed(name);
        Map<String, String> annotations =
                found == null ? Map.of() : found.getMetadata().getAnnotations();
        return annotations.get("kitsune.dev/unused-since");
    }

    private void advance(Duration by) {
        now.updateAndGet(then -> then.plus(by));
    }

    private void workloadsReady(String deployment, String status, String reason, String words) {
        eventually(() -> assertThat(condition(deployment)).satisfies(found -> {
            assertThat(found.get("status")).isEqualTo(status);
            assertThat(found.get("reason")).isEqualTo(reason);
            assertThat(String.valueOf(found.get("message"))).contains(words);
        }));
    }

    private Map<?, ?> condition(String deployment) {
        GenericKubernetesResource found = server.client()
                .genericKubernetesResources(Kind.API_VERSION, "AppDeployment")
                .inNamespace(cluster.shop())
                .withName(deployment)
                .get();
        return Objects.requireNonNull(found).get("status", "conditions") instanceof List<?> all
                ? all.stream()
                        .map(one -> (Map<?, ?>) one)
                        .filter(one -> "WorkloadsReady".equals(one.get("type")))
                        .findFirst()
                        .orElse(Map.of())
                : Map.of();
    }

    private void status(String component, PodStatus status) {
        Pod pod = server.client()
                .pods()
                .inNamespace(cluster.shop())
                .withLabel("kitsune.dev/component", component)
                .list()
                .getItems()
                .get(0);
        server.client().resource(pod).editStatus(one -> {
            one.setStatus(status);
            return one;
        });
    }

    @Test
    void allShareOneDeploymentAndAChangedComponentIsExactlyOneNewPod() throws Exception {
        deployment("shop-1", "front f1 front:f1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        virtualEnvironment("other", "shop-1");
        distilling("one");

        eventually(() -> assertThat(pods()).containsOnlyKeys("front@f1", "cart@c1"));
        Map<String, String> before = pods();
        assertThat(names()).containsExactlyInAnyOrder("shop-front-f1", "shop-cart-c1");

        deployment("shop-2", "front f1 front:f1", "cart c2 cart:c2");
        virtualEnvironment("fix", "shop-2");

        eventually(() -> assertThat(pods()).containsOnlyKeys("front@f1", "cart@c1", "cart@c2"));
        await().during(QUIET)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pods()).hasSize(3).containsAllEntriesOf(before));
        assertThat(Objects.requireNonNull(deployed("shop-cart-c2"))
                        .getMetadata()
                        .getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "kitsune");
    }

    @Test
    void anOverrideGetsThePodsOfAnyAppDeploymentThatDeclaresItsVersion() throws Exception {
        deployment("shop-1", "front f1 front:f1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        deployment("shop-2", "cart c2 cart:c2");
        distilling("one");
        eventually(() -> assertThat(pods()).containsOnlyKeys("front@f1", "cart@c1"));
        workloadsReady("shop-2", "True", "WorkloadsReady", "shop/cart@c2: no virtual environment uses it");

        cluster.virtualEnvironment("fix", "{parent: main, components: {cart: c2}}");

        eventually(() -> assertThat(pods()).containsOnlyKeys("front@f1", "cart@c1", "cart@c2"));
    }

    @Test
    void whatNobodyUsesGoesAwayTenMinutesLater() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        deployment("shop-2", "cart c2 cart:c2");
        virtualEnvironment("main", "shop-1");
        virtualEnvironment("fix", "shop-2");
        distilling("one");
        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1", "cart@c2"));

        virtualEnvironment("fix", "shop-1");
        eventually(() -> assertThat(unusedSince("shop-cart-c2")).isEqualTo("2026-01-01T00:00:00Z"));
        advance(Duration.ofMinutes(9));
        virtualEnvironment("fix", "shop-2");
        eventually(() -> assertThat(unusedSince("shop-cart-c2")).isNull());

        virtualEnvironment("fix", "shop-1");
        eventually(() -> assertThat(unusedSince("shop-cart-c2")).isEqualTo("2026-01-01T00:09:00Z"));
        advance(Duration.ofMinutes(9));
        await().during(QUIET).atMost(PATIENCE).untilAsserted(() -> assertThat(deployed("shop-cart-c2"))
                .isNotNull());
        advance(Duration.ofMinutes(1));

        eventually(() -> assertThat(deployed("shop-cart-c2")).isNull());
        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1"));
    }

    @Test
    void theNextHolderMakesNothingTwiceAndWritesNothingThatIsThere() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        deployment("shop-2", "cart c2 cart:c2");
        virtualEnvironment("main", "shop-1");
        virtualEnvironment("fix", "shop-2");
        CuttableLine line = opened.add(cluster.lineToServer());
        ControlPlane first = opened.add(cluster.replica("first", cluster.through(line), settings()));
        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1", "cart@c2"));
        distilling("second");
        virtualEnvironment("fix", "shop-1");
        eventually(() -> assertThat(unusedSince("shop-cart-c2")).isNotNull());
        eventually(() -> assertThat(deployments())
                .allSatisfy(one -> assertThat(one.getStatus().getObservedGeneration())
                        .isEqualTo(one.getMetadata().getGeneration())));
        Map<String, String> pods = pods();
        Map<String, String> versions = versions();

        line.cut();
        opened.close(first);
        deployment("shop-3", "front f1 front:f1");
        virtualEnvironment("more", "shop-3");

        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1", "cart@c2", "front@f1"));
        assertThat(pods()).containsAllEntriesOf(pods);
        assertThat(versions()).containsAllEntriesOf(versions);

        advance(Duration.ofMinutes(10));
        eventually(() -> assertThat(names()).containsExactlyInAnyOrder("shop-cart-c1", "shop-front-f1"));
    }

    /** Returns the resource version of each Deployment. */
    private Map<String, String> versions() {
        return deployments().stream()
                .collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one.getMetadata()
                        .getResourceVersion()));
    }

    @Test
    void aDeploymentOfSomebodyElseStaysAsItIs() throws Exception {
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop-cart-c1, namespace: SHOP}
                spec:
                  replicas: 0
                  selector: {matchLabels: {mine: "true"}}
                  template:
                    metadata: {labels: {mine: "true"}}
                    spec: {containers: [{name: app, image: mine}]}
                """);
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        distilling("one");

        workloadsReady("shop-1", "False", "NameTaken", "the Deployment shop-cart-c1 is not from Kitsune");
        Deployment theirs = Objects.requireNonNull(deployed("shop-cart-c1"));
        assertThat(theirs.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(theirs.getMetadata().getManagedFields())
                .noneMatch(entry -> entry.getManager().startsWith("kitsune"));

        server.client().resource(theirs).delete();
        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1"));
        workloadsReady("shop-1", "False", "Pending", "0 of 1 pods of shop-cart-c1 are available");
    }

    @Test
    void onlyWhatIsKitsunesIsPutBack() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        distilling("one");
        eventually(() -> assertThat(deployed("shop-cart-c1")).isNotNull());

        server.client()
                .apps()
                .deployments()
                .inNamespace(cluster.shop())
                .withName("shop-cart-c1")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                        {"metadata": {"annotations": {"team": "shop"}},
                         "spec": {"replicas": 2, "revisionHistoryLimit": 3,
                                  "template": {"spec": {"containers": [{"name": "app", "image": "cart:other"}]}}}}
                        """);

        eventually(() -> assertThat(image("shop-cart-c1")).isEqualTo("cart:c1"));
        Deployment kept = Objects.requireNonNull(deployed("shop-cart-c1"));
        assertThat(kept.getSpec().getReplicas()).isEqualTo(2);
        assertThat(kept.getSpec().getRevisionHistoryLimit()).isEqualTo(3);
        assertThat(kept.getMetadata().getAnnotations()).containsEntry("team", "shop");

        deployment("shop-1", "cart c1 cart:newer");
        eventually(() -> assertThat(image("shop-cart-c1")).isEqualTo("cart:newer"));
    }

    private @Nullable String image(String name) {
        return Objects.requireNonNull(deployed(name))
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getImage();
    }

    @Test
    void theFirstOfTwoTemplatesIsInForce() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        distilling("one");
        eventually(() -> assertThat(deployed("shop-cart-c1")).isNotNull());
        await().until(() -> isLaterThan("shop-1"));

        deployment("shop-2", "cart c1 cart:another");

        eventually(() -> assertThat(String.valueOf(status("shop-2", "problems")))
                .contains(
                        "ComponentVersionConflict", "shop/cart@c1 has another template of its pods in AppDeployment/"));
        await().during(QUIET).atMost(PATIENCE).untilAsserted(() -> assertThat(image("shop-cart-c1"))
                .isEqualTo("cart:c1"));
    }

    /** Times of creation have whole seconds. */
    private boolean isLaterThan(String deployment) {
        Instant created = Instant.parse(object(deployment).getMetadata().getCreationTimestamp());
        return Instant.now().isAfter(created.plusSeconds(1));
    }

    private GenericKubernetesResource object(String deployment) {
        return Objects.requireNonNull(server.client()
                .genericKubernetesResources(Kind.API_VERSION, "AppDeployment")
                .inNamespace(cluster.shop())
                .withName(deployment)
                .get());
    }

    private @Nullable Object status(String deployment, String field) {
        return object(deployment).get("status", field);
    }

    @Test
    void workloadsAreReadyWhenTheirDeploymentIsAvailable() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        distilling("one");

        workloadsReady("shop-1", "False", "Pending", "0 of 1 pods of shop-cart-c1 are available");
        status(
                "cart",
                new PodStatusBuilder()
                        .withPhase("Pending")
                        .withContainerStatuses(new ContainerStatusBuilder()
                                .withName("app")
                                .withImage("cart:c1")
                                .withImageID("")
                                .withReady(false)
                                .withRestartCount(0)
                                .withNewState()
                                .withNewWaiting()
                                .withReason("ImagePullBackOff")
                                .withMessage("Back-off pulling image \"cart:c1\"")
                                .endWaiting()
                                .endState()
                                .build())
                        .build());
        workloadsReady("shop-1", "False", "Failed", "ImagePullBackOff: Back-off pulling image \"cart:c1\"");

        status("cart", FakeKubelet.running("127.0.0.1"));
        workloadsReady("shop-1", "True", "WorkloadsReady", "a ready workload serves each of its component versions");

        server.client().pods().inNamespace(cluster.shop()).withGracePeriod(0).delete();
        workloadsReady("shop-1", "False", "Pending", "0 of 1 pods of shop-cart-c1 are available");
    }

    @Test
    void aReleaseThatWaitsHasItsPods() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        distilling("one");
        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1"));
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-2, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    cart:
                      version: c2
                      dependencies: {nowhere: {type: Adapter}}
                      template: {spec: {containers: [{name: app, image: "cart:c2"}]}}
                """);

        virtualEnvironment("main", "shop-2");

        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1", "cart@c2"));
        assertThat(String.valueOf(cluster.status("main", "release", "active", "apps")))
                .contains("shop-1");
    }

    @Test
    void withoutTheSettingTemplatesHaveNoEffect() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        opened.add(cluster.replica("one"));

        workloadsReady("shop-1", "False", "NoWorkload", "no ready workload serves shop/cart@c1");
        assertThat(deployments()).isEmpty();
    }

    @Test
    void aNamespaceThatIsNotNamedGetsNoPods() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        opened.add(cluster.replica("one", server.config(), new DistillationSettings(Set.of("elsewhere"), now::get)));

        workloadsReady(
                "shop-1",
                "False",
                "NotAllowed",
                "namespace " + cluster.shop() + " is not in `namespaces` of the chart");
        assertThat(deployments()).isEmpty();
    }

    @Test
    void aTemplateThatKubernetesRefusesIsReportedInItsWords() throws Exception {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    cart: {version: c1, template: {spec: {restartPolicy: Never, containers: [{name: app, image: a}]}}}
                    front: {version: f1, template: {spec: {containers: [{name: app, image: a}]}}}
                """);
        virtualEnvironment("main", "shop-1");
        distilling("one");

        workloadsReady("shop-1", "False", "Failed", "restartPolicy");
        assertThat(names()).containsExactly("shop-front-f1");
    }

    /** Gives a user all rights that Kitsune may need, except for those of a group of the API, and returns its client. */
    private Config without(String group) {
        String user = "kitsune-without-" + group + "-" + cluster.shop();
        server.client().resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: %1$s}
                rules:
                  - apiGroups: ["", kitsune.dev, coordination.k8s.io, authentication.k8s.io, apiextensions.k8s.io]
                    resources: ["*"]
                    verbs: ["*"]
                """.formatted(user)).serverSideApply();
        server.client().resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %1$s}]
                """.formatted(user)).serverSideApply();
        return new ConfigBuilder(server.config()).withImpersonateUsername(user).build();
    }

    @Test
    void aMissingRightIsSaidAndTheRestGoesOnUntilItIsGiven() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        Config poor = without("apps");
        opened.add(cluster.replica("one", poor, settings()));

        workloadsReady(
                "shop-1", "False", "NotAllowed", "Kitsune may not list the Deployments of namespace " + cluster.shop());
        eventually(() ->
                assertThat(cluster.condition("main", "Released", "status")).isEqualTo("True"));
        assertThat(deployments()).isEmpty();

        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: distillation, namespace: SHOP}
                rules:
                  - apiGroups: [apps]
                    resources: [deployments]
                    verbs: [get, list, watch, create, patch, delete]
                """, """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: distillation, namespace: SHOP}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: distillation}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s}]
                """.formatted(poor.getImpersonateUsername()));

        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1"));
        // The rights of the chart suffice for the whole life of a Deployment.
        deployment("shop-1", "cart c1 cart:newer");
        eventually(() -> assertThat(image("shop-cart-c1")).isEqualTo("cart:newer"));
        deployment("shop-1", "cart c2 cart:c2");
        eventually(() -> assertThat(unusedSince("shop-cart-c1")).isNotNull());
        advance(Duration.ofMinutes(10));
        eventually(() -> assertThat(names()).containsExactly("shop-cart-c2"));
    }

    @Test
    void aQuotaIsSaidInTheWordsOfKubernetes() throws Exception {
        var quotas = server.client().resourceQuotas().inNamespace(cluster.shop());
        quotas.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("few")
                        .endMetadata()
                        .withNewSpec()
                        .addToHard("count/deployments.apps", new Quantity("0"))
                        .endSpec()
                        .build())
                .create();
        // Until a controller has counted, the API server refuses with other words.
        eventually(() -> assertThat(quotas.withName("few").require().getStatus().getUsed())
                .containsKey("count/deployments.apps"));
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        distilling("one");

        workloadsReady("shop-1", "False", "Failed", "exceeded quota: few");
    }

    /** What an app deployment has left behind is found by a process that starts later. */
    @Test
    void aDeploymentWithoutAnyAppDeploymentIsCollected() throws Exception {
        deployment("shop-1", "cart c1 cart:c1");
        virtualEnvironment("main", "shop-1");
        ControlPlane first = distilling("first");
        eventually(() -> assertThat(pods()).containsOnlyKeys("cart@c1"));
        opened.close(first);
        cluster.clear();

        distilling("second");

        eventually(() -> assertThat(unusedSince("shop-cart-c1")).isNotNull());
        advance(Duration.ofMinutes(10));
        eventually(() -> assertThat(names()).isEmpty());
    }

    /** The pods of Deployments have real Envoys as sidecars here, and requests go through them. */
    @Test
    void requestsReachTheDistilledPods() throws Exception {
        ControlPlane control = distilling("one");
        LoopbackPorts ports = opened.add(new LoopbackPorts());
        opened.add(new FakeKubelet(server, cluster.shop(), control.xdsPort(), folder));
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, control.xdsPort(), ports, folder));
        for (String version : List.of("f1", "f2")) {
            cluster.apply("""
                    apiVersion: kitsune.dev/v1alpha1
                    kind: AppDeployment
                    metadata: {name: shop-%1$s, namespace: SHOP}
                    spec:
                      app: shop
                      components:
                        front:
                          version: %1$s
                          routes: [{rule: "Host(`shop.localhost`)"}]
                          template: {spec: {serviceAccountName: default, containers: [{name: app, image: app}]}}
                    """.formatted(version));
        }
        virtualEnvironment("main", "shop-f1");
        cluster.virtualEnvironment("fix", "{parent: main, components: {front: f2}}");

        workloadsReady("shop-f1", "True", "WorkloadsReady", "a ready workload serves each");
        workloadsReady("shop-f2", "True", "WorkloadsReady", "a ready workload serves each");
        gateway.awaitVersion("main", "f1", PATIENCE);
        gateway.awaitVersion("fix", "f2", PATIENCE);
    }
}
