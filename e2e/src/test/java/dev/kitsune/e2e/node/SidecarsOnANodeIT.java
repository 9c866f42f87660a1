package dev.kitsune.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Pods with injected, transparent sidecars on a real node: what the kubelet makes of them, and what their apps notice. */
@TestInstance(Lifecycle.PER_CLASS)
class SidecarsOnANodeIT {
    private static final int CONCURRENCY = 8;
    private static final int MANY = 500;
    private static final int INBOUND = 15_406;
    private static final String ENVOY = "kitsune-envoy";

    private NodeMesh mesh;

    @BeforeAll
    void start() throws Exception {
        mesh = NodeMesh.start("distillation.enabled=true");
        mesh.apply(NodeShop.OBJECTS);
        mesh.apply(NodeShop.pod("cart-1", "cart", "c1", ""));
        mesh.apply(NodeShop.pod("cart-2", "cart", "c2", ""));
        // An app may call others as soon as their names resolve, which needs a Service.
        mesh.eventually(() -> assertThat(mesh.client()
                        .services()
                        .inNamespace(NodeMesh.SHOP)
                        .withName("cart")
                        .get())
                .isNotNull());
        mesh.apply(NodeShop.pod("frontend-1", "frontend", "f1", """
                  initContainers:
                    - {name: first, image: %s, args: [call, "http://cart/from-init"]}
                """.formatted(NodeImages.APP)));
        mesh.awaitReady("cart-1", "cart-2", "frontend-1");
    }

    @AfterAll
    void stop() {
        if (mesh != null) {
            mesh.close();
        }
    }

    private static String received(Answer answer, String header) {
        return answer.body().at("/body/headers/" + header + "/0").asText();
    }

    private static Optional<ContainerStatus> status(Pod pod, String container) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .filter(status -> status.getName().equals(container))
                .findFirst();
    }

    private static Instant time(String text) {
        return Instant.parse(text);
    }

    @Test
    void requestsReachTheVersionOfTheirEnvironmentWithWhatBelongsToIt() {
        assertThat(mesh.pod("frontend-1").require().getSpec().getInitContainers())
                .extracting(Container::getName)
                .containsExactly("kitsune-capture", ENVOY, "first");
        mesh.eventually(() -> {
            Answer main = mesh.gateway().send(NodeShop.call("main", "http://cart/items"));
            assertThat(main.body().at("/body/name").asText()).isEqualTo("cart-1");
            assertThat(received(main, "kitsune-env")).isEqualTo("main");
            assertThat(received(main, "kitsune-var-greeting")).isEqualTo("Hello");
            assertThat(received(main, "kitsune-secret-bank")).isEqualTo("key-of-main");
            Answer fix = mesh.gateway().send(NodeShop.call("fix", "http://cart/items"));
            assertThat(fix.body().at("/body/name").asText()).isEqualTo("cart-2");
            assertThat(received(fix, "kitsune-env")).isEqualTo("fix");
            assertThat(received(fix, "kitsune-var-greeting")).isEqualTo("Howdy");
            assertThat(received(fix, "kitsune-secret-bank")).isEqualTo("key-of-fix");
        });
    }

    @Test
    void anInitContainerCallsOthersThroughTheSidecar() throws Exception {
        Pod pod = mesh.pod("frontend-1").require();

        ContainerState first = status(pod, "first").orElseThrow().getState();
        assertThat(first.getTerminated().getExitCode()).isZero();
        assertThat(mesh.printed(pod, "first"))
                .contains(
                        "\"status\":200",
                        "\"name\":\"cart-1\"",
                        "\"path\":\"/from-init\"",
                        "\"kitsune-env\":[\"main\"]");
        ContainerState envoy = status(pod, ENVOY).orElseThrow().getState();
        assertThat(time(envoy.getRunning().getStartedAt()))
                .isBeforeOrEqualTo(time(first.getTerminated().getStartedAt()));
    }

    @Test
    void aVersionWithATemplateRunsWhenSomebodyUsesIt() {
        mesh.apply(NodeShop.TEMPLATE_OF_CART_4);
        assertThat(distilled()).isEmpty();

        mesh.apply(NodeShop.USES_CART_4);

        mesh.eventually(() -> {
            Answer next = mesh.gateway().send(NodeShop.call("next", "http://cart/items"));
            assertThat(next.body().at("/body/name").asText()).isEqualTo("cart-4");
            assertThat(received(next, "kitsune-var-greeting")).isEqualTo("Hello");
        });
        assertThat(distilled()).singleElement().satisfies(pod -> {
            assertThat(pod.getMetadata().getName()).startsWith("shop-cart-c4-");
            assertThat(pod.getSpec().getInitContainers())
                    .extracting(Container::getName)
                    .containsExactly("kitsune-capture", ENVOY);
        });
        mesh.eventually(() -> assertThat(mesh.client()
                        .genericKubernetesResources("kitsune.dev/v1alpha1", "AppDeployment")
                        .inNamespace(NodeMesh.SHOP)
                        .withName("shop-next")
                        .require()
                        .<List<Map<String, String>>>get("status", "conditions"))
                .anySatisfy(condition -> assertThat(condition)
                        .containsEntry("type", "WorkloadsReady")
                        .containsEntry("status", "True")));
    }

    private List<Pod> distilled() {
        return mesh.client()
                .pods()
                .inNamespace(NodeMesh.SHOP)
                .withLabel("kitsune.dev/version", "c4")
                .list()
                .getItems();
    }

    /** The labels of the pods decide who they are among each other. */
    @Test
    void proxiesCallEachOtherByTlsWhereThePlatformWantsIt() throws Exception {
        GatewayClient plain = mesh.clientOf("cart-1", INBOUND);
        mesh.apply(NodeShop.platform("Strict"));

        mesh.eventually(() -> assertThatThrownBy(() -> plain.send(Call.get("http://cart/plain")))
                .isInstanceOf(IOException.class));
        Answer fix = mesh.gateway().send(NodeShop.call("fix", "http://cart/items"));
        assertThat(fix.body().at("/body/name").asText()).isEqualTo("cart-2");
        assertThat(received(fix, "kitsune-secret-bank")).isEqualTo("key-of-fix");

        mesh.apply(NodeShop.platform("\"Off\""));
        mesh.eventually(() ->
                assertThat(plain.send(Call.get("http://cart/plain")).status()).isEqualTo(200));
    }

    @Test
    void aJobWithASidecarCompletes() throws Exception {
        mesh.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: report, namespace: shop}
                spec:
                  backoffLimit: 0
                  template:
                    metadata:
                      labels:
                        kitsune.dev/inject: enabled
                        kitsune.dev/app: shop
                        kitsune.dev/component: frontend
                        kitsune.dev/version: f1
                      annotations: {kitsune.dev/app-port: "8080"}
                    spec:
                      serviceAccountName: default
                      restartPolicy: Never
                      containers: [{name: app, image: %s, args: [call, "http://cart/from-job"]}]
                """.formatted(NodeImages.APP));

        mesh.eventually(() -> assertThat(mesh.client()
                        .batch()
                        .v1()
                        .jobs()
                        .inNamespace(NodeMesh.SHOP)
                        .withName("report")
                        .get()
                        .getStatus()
                        .getConditions())
                .anySatisfy(condition -> {
                    assertThat(condition.getType()).isEqualTo("Complete");
                    assertThat(condition.getStatus()).isEqualTo("True");
                }));
        Pod pod = mesh.client()
                .pods()
                .inNamespace(NodeMesh.SHOP)
                .withLabel("job-name", "report")
                .list()
                .getItems()
                .get(0);
        assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
        assertThat(status(pod, ENVOY).orElseThrow().getState().getTerminated()).isNotNull();
        assertThat(mesh.printed(pod, "app")).contains("\"name\":\"cart-1\"", "\"path\":\"/from-job\"");
    }

    @Test
    void probesReachTheAppAsTheyAreWritten() throws Exception {
        mesh.apply(NodeShop.pod("probed", "cart", "c3", """
                      readinessProbe: {httpGet: {path: /probe/ready, port: 8080}, periodSeconds: 1, failureThreshold: 1}
                      livenessProbe: {httpGet: {path: /probe/live, port: 8080}, periodSeconds: 1, failureThreshold: 1}
                """, ""));
        mesh.awaitReady("probed");
        Container app = mesh.pod("probed").require().getSpec().getContainers().get(0);
        assertThat(List.of(app.getReadinessProbe(), app.getLivenessProbe()))
                .extracting(Probe::getHttpGet)
                .allSatisfy(get -> {
                    assertThat(get.getPath()).startsWith("/probe/");
                    assertThat(get.getPort().getIntVal()).isEqualTo(NodeShop.PORT);
                });
        GatewayClient direct = mesh.clientOf("probed", NodeShop.PORT);
        mesh.eventually(() -> {
            JsonNode seen = direct.send(Call.get("http://probed/probes")).body();
            for (String probe : List.of("ready", "live")) {
                assertThat(seen.at("/" + probe + "/count").asInt()).isPositive();
                // A sidecar in between would call from loopback, and would add headers.
                assertThat(seen.at("/" + probe + "/from").asText()).isEqualTo(mesh.nodeAddress());
                assertThat(seen.at("/" + probe + "/headers").fieldNames())
                        .toIterable()
                        .containsExactlyInAnyOrder("Accept", "Connection", "User-Agent");
            }
        });

        direct.send(Call.get("http://probed/break?probe=ready&broken=true"));
        mesh.eventually(
                () -> assertThat(NodeMesh.isReady(mesh.pod("probed").get())).isFalse());
        direct.send(Call.get("http://probed/break?probe=ready&broken=false"));
        mesh.awaitReady("probed");

        direct.send(Call.get("http://probed/break?probe=live&broken=true"));
        mesh.eventually(() -> {
            Pod pod = mesh.pod("probed").get();
            assertThat(status(pod, "app").orElseThrow().getRestartCount()).isOne();
            assertThat(status(pod, ENVOY).orElseThrow().getRestartCount()).isZero();
        });
        mesh.awaitReady("probed");
        mesh.remove("probed");
    }

    @Test
    void aPodThatStartsWhileNoControlPlaneAnswersWaitsForOne() throws Exception {
        // The webhook belongs to the control plane, so the pod is created before that ends, and starts after it.
        mesh.apply(NodeShop.pod("late", "cart", "c3", "  schedulingGates: [{name: kitsune.test/wait}]"));
        mesh.stopKitsune();
        mesh.pod("late").edit(pod -> new PodBuilder(pod)
                .editSpec()
                .withSchedulingGates(List.of())
                .endSpec()
                .build());
        mesh.eventually(() -> {
            Pod pod = mesh.pod("late").get();
            ContainerStatus envoy = status(pod, ENVOY).orElseThrow();
            assertThat(envoy.getState().getRunning()).isNotNull();
            // The kubelet has asked, and was told no.
            assertThat(mesh.client()
                            .v1()
                            .events()
                            .inNamespace(NodeMesh.SHOP)
                            .withField("involvedObject.name", "late")
                            .list()
                            .getItems())
                    .anySatisfy(event -> {
                        assertThat(event.getReason()).isEqualTo("Unhealthy");
                        assertThat(event.getMessage()).contains("Startup probe failed");
                    });
        });
        Pod waiting = mesh.pod("late").require();
        assertThat(NodeMesh.isReady(waiting)).isFalse();
        assertThat(status(waiting, ENVOY).orElseThrow().getStarted()).isFalse();
        assertThat(status(waiting, "app").orElseThrow().getState().getWaiting()).isNotNull();

        mesh.startKitsune();

        mesh.awaitReady("late");
        assertThat(status(mesh.pod("late").require(), ENVOY).orElseThrow().getRestartCount())
                .isZero();
        mesh.remove("late");
    }

    @Test
    void noRequestFailsWhenAPodIsDeleted() throws Exception {
        assertThat(failuresWhileAPodIsDeleted("")).isEmpty();
    }

    /** This is what the injected pause is for, and it shows that a failed request is noticed. */
    @Test
    void requestsFailWhenAPodIsDeletedThatDoesNotPause() throws Exception {
        assertThat(failuresWhileAPodIsDeleted("      lifecycle: {preStop: {exec: {command: [/node-app, nothing]}}}"))
                .isNotEmpty();
    }

    /**
     * Sends many short requests, and a few that take longer than it takes to end an app, but not longer than the pause.
     *
     * @param container more of the container of the deleted pod
     */
    private List<String> failuresWhileAPodIsDeleted(String container) throws Exception {
        mesh.apply(NodeShop.pod("cart-extra", "cart", "c1", container, ""));
        mesh.awaitReady("cart-extra");
        awaitAnswerOf("cart-extra");
        try (Load many = load("http://cart/");
                Load slow = load("http://cart/?wait=2s")) {
            many.awaitMore(MANY);
            slow.awaitMore(CONCURRENCY);
            mesh.delete("cart-extra");
            many.awaitMore(MANY);
            slow.awaitMore(CONCURRENCY);
            assertThat(many.done()).isGreaterThan(2 * MANY);
            return Stream.of(many, slow)
                    .flatMap(load -> load.failures().stream())
                    .toList();
        }
    }

    private Load load(String cart) {
        return new Load(
                mesh.gateway(),
                CONCURRENCY,
                List.of(new Load.Check(NodeShop.call("main", cart), SidecarsOnANodeIT::fault)));
    }

    private void awaitAnswerOf(String cart) {
        mesh.eventually(() -> assertThat(mesh.gateway()
                        .send(NodeShop.call("main", "http://cart/"))
                        .body()
                        .at("/body/name")
                        .asText())
                .isEqualTo(cart));
    }

    private static Optional<String> fault(Answer answer) {
        JsonNode cart = answer.body();
        return answer.status() == 200
                        && cart.path("status").asInt() == 200
                        && cart.at("/body/name").asText().startsWith("cart-")
                ? Optional.empty()
                : Optional.of(answer.status() + " " + answer.text());
    }
}
