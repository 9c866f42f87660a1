package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kitsune.k8s.lease.ReadyPods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** The replicas that must report, on a real API server. */
@ExtendWith(SharedApiServer.class)
class ReadyPodsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(ReadyPods.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ApiServer server;
    private final String system;

    ReadyPodsIT(ApiServer server) {
        this.server = server;
        this.system = server.newNamespace("system");
    }

    @BeforeEach
    void attach() {
        log.start();
        LOG.addAppender(log);
    }

    @AfterEach
    void detach() {
        LOG.detachAppender(log);
        server.client().pods().inNamespace(system).withGracePeriod(0).delete();
    }

    /** Makes a pod of these labels that is ready, and that no process belongs to. */
    static Pod ready(ApiServer server, String namespace, String name, Map<String, String> labels) {
        Pod pod = server.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("kitsune")
                        .withImage("kitsune")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        return server.client().resource(pod).editStatus(now -> new PodBuilder(now)
                .editOrNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
    }

    @Test
    void theyAreThePodsOfTheControlPlaneThatAreReady() {
        ready(server, system, "kitsune-1", ReadyPods.LABELS);
        ready(server, system, "gateway-1", Map.of("app.kubernetes.io/name", "kitsune"));
        try (ReadyPods pods = new ReadyPods(server.config(), system)) {
            assertThat(pods.isListed()).isFalse();
            pods.start();
            await().atMost(PATIENCE).until(pods::isListed);
            assertThat(pods.names()).containsExactly("kitsune-1");

            ready(server, system, "kitsune-2", ReadyPods.LABELS);
            await().atMost(PATIENCE).until(() -> pods.names().size() == 2);
        }
    }

    /** Otherwise no pod would be expected to report. */
    @Test
    void podsThatMayNotBeListedAreNotKnown() {
        ready(server, system, "kitsune-1", ReadyPods.LABELS);
        apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: kitsune, namespace: %s}}");
        try (ReadyPods pods = new ReadyPods(KitsuneAccount.config(server, system, "kitsune"), system)) {
            pods.start();
            await().atMost(PATIENCE).until(() -> !lines().isEmpty());
            assertThat(pods.isListed()).isFalse();

            apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: pods, namespace: %s}
                rules: [{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}]
                """);
            apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: pods, namespace: %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: pods}
                subjects: [{kind: ServiceAccount, name: kitsune}]
                """);
            await().atMost(PATIENCE).until(pods::isListed);

            assertThat(pods.names()).containsExactly("kitsune-1");
            assertThat(lines()).singleElement().asString().contains(system, "Let Kitsune list and watch pods there");
        }
    }

    private void apply(String yaml) {
        server.client().resource("---\n" + yaml.formatted(system)).serverSideApply();
    }

    private List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
