package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.process.Repository;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cli.KitsuneCommand;
import dev.kitsune.xds.cluster.ClusterInput;
import dev.kitsune.xds.cluster.MeshSettings;
import dev.kitsune.xds.inject.InjectPort;
import dev.kitsune.xds.replica.ReplicaToken;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A real API server asks the webhook of Kitsune before it creates pods. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("try") // The webhooks act by being there.
class InjectWebhookIT {
    private static final Path MANIFESTS = Repository.root().resolve("e2e/src/test/resources/inject");
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final String SPEC =
            "spec: {serviceAccountName: default, containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]}";
    private static final String IDENTITY =
            "kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1";

    @TempDir
    private static Path folder;

    private ApiServer server;
    private KubernetesClient client;
    private Helm helm;
    private String shop;

    @BeforeAll
    void start() throws Exception {
        server = ServedCluster.startServer(Files.createDirectory(folder.resolve("server")));
        client = server.client();
        helm = new Helm(SharedApiServer.helm(), null, Files.createDirectory(folder.resolve("helm")));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void newNamespace() {
        shop = server.newNamespace("shop");
    }

    private static List<HasMetadata> manifests(String text) {
        List<HasMetadata> all = new ArrayList<>();
        Object read = new KubernetesSerialization().unmarshal(text);
        if (read instanceof Collection<?> several) {
            several.forEach(one -> all.add((HasMetadata) one));
        } else {
            all.add((HasMetadata) read);
        }
        return all;
    }

    /** Returns what would be stored. */
    private Pod created(Pod pod) {
        return client.pods().inNamespace(shop).resource(pod).dryRun(true).create();
    }

    private static Pod pod(String labels) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: cart, labels: {%s}}
                %s
                """.formatted(labels, SPEC), Pod.class);
    }

    private static Pod labelled() {
        return pod("kitsune.dev/inject: enabled, " + IDENTITY);
    }

    private static List<String> sidecars(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .map(Container::getName)
                .filter(name -> name.startsWith("kitsune-"))
                .toList();
    }

    /** The API server learns a moment later of a configuration. */
    private void awaitWebhook() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sidecars(created(labelled()))).isNotEmpty());
    }

    private static String injectedByCommand(Path file) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("inject", "-f", file.toString());
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    /** Returns what a pod is, apart from when and as which object. */
    private static String content(Pod pod) {
        return Serialization.asYaml(new PodBuilder(pod)
                .editMetadata()
                .withUid(null)
                .withCreationTimestamp(null)
                .withManagedFields(List.of())
                .endMetadata()
                .build());
    }

    @Test
    void theWebhookAndTheCommandMakeTheSamePods() throws Exception {
        List<HasMetadata> byCommand = manifests(injectedByCommand(MANIFESTS.resolve("pods.yaml")));
        List<HasMetadata> plain = manifests(Files.readString(MANIFESTS.resolve("pods.yaml")));
        assertThat(plain).hasSizeGreaterThan(4).hasSameSizeAs(byCommand);
        // What the command makes is created as it is, before there is a webhook.
        List<Pod> expected = byCommand.stream().map(pod -> created((Pod) pod)).toList();
        try (InjectWebhook webhook = new InjectWebhook(client, helm)) {
            awaitWebhook();
            for (int i = 0; i < plain.size(); i++) {
                Pod pod = created((Pod) plain.get(i));

                assertThat(sidecars(pod)).as("%s", pod.getMetadata().getName()).contains("kitsune-envoy");
                assertThat(content(pod)).isEqualTo(content(expected.get(i)));
                // A pod with its sidecar passes the webhook unchanged.
                assertThat(content(created((Pod) byCommand.get(i)))).isEqualTo(content(expected.get(i)));
            }
        }
    }

    @Test
    void theCommandInjectsEveryKindThatMakesPods() throws Exception {
        List<HasMetadata> made = manifests(injectedByCommand(MANIFESTS.resolve("workloads.yaml")));

        assertThat(made)
                .extracting(HasMetadata::getKind)
                .containsExactly("Deployment", "StatefulSet", "ReplicaSet", "Job", "CronJob");
        for (HasMetadata object : made) {
            HasMetadata stored =
                    client.resource(object).inNamespace(shop).dryRun(true).create();

            assertThat(Serialization.asJson(stored))
                    .contains("\"kitsune-capture\"", "\"kitsune-envoy\"", "\"kitsune.dev/injected\"");
        }
    }

    @Test
    void aPodThatCannotHaveASidecarIsRefusedInWords() throws Exception {
        try (InjectWebhook webhook = new InjectWebhook(client, helm)) {
            awaitWebhook();
            Pod pod = new PodBuilder(labelled())
                    .editMetadata()
                    .addToAnnotations("kitsune.dev/app-prt", "1")
                    .endMetadata()
                    .editSpec()
                    .withHostNetwork(true)
                    .endSpec()
                    .build();

            assertThatThrownBy(() -> created(pod))
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                            .isEqualTo(422))
                    .hasMessageContaining("metadata.annotations[kitsune.dev/app-prt]")
                    .hasMessageContaining("did you mean \"kitsune.dev/app-port\"?")
                    .hasMessageContaining("spec.hostNetwork");
        }
    }

    @Test
    void theLabelOfANamespaceCountsAndThatOfAPodComesFirst() throws Exception {
        label("enabled");
        try (InjectWebhook webhook = new InjectWebhook(client, helm)) {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(sidecars(created(pod(IDENTITY))))
                    .containsExactly("kitsune-capture", "kitsune-envoy"));
            assertThat(sidecars(created(pod("kitsune.dev/inject: disabled, " + IDENTITY))))
                    .isEmpty();
            assertThat(sidecars(created(labelled()))).hasSize(2);
            assertThatThrownBy(() -> created(pod("kitsune.dev/inject: 'true', " + IDENTITY)))
                    .hasMessageContaining("disabled, enabled");
        }
    }

    private void label(String value) {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(shop)
                        .addToLabels("kitsune.dev/inject", value)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    @Test
    void onlyLabelledPodsDependOnTheWebhook() throws Exception {
        try (InjectWebhook webhook = new InjectWebhook(client, helm)) {
            awaitWebhook();
            webhook.down();

            onlyLabelledPodsAreRefused();

            webhook.up();
            assertThat(sidecars(created(labelled()))).hasSize(2);
        }
    }

    @Test
    void onlyLabelledPodsDependOnItsCertificate() throws Exception {
        try (InjectWebhook webhook = new InjectWebhook(client, helm)) {
            awaitWebhook();
            webhook.down(); // The API server keeps connections that it trusts.
            webhook.showUntrusted();
            webhook.up();

            onlyLabelledPodsAreRefused();

            webhook.showTrusted();
            assertThat(sidecars(created(labelled()))).hasSize(2);
        }
    }

    private void onlyLabelledPodsAreRefused() {
        ThrowingCallable labelled = () -> created(labelled());
        assertThatThrownBy(labelled).hasMessageContaining("pod.inject.kitsune.dev");
        assertThat(sidecars(created(pod(IDENTITY)))).isEmpty();
        assertThat(sidecars(created(pod("kitsune.dev/inject: disabled")))).isEmpty();
        assertThat(client.pods()
                        .inNamespace("kube-system")
                        .resource(labelled())
                        .dryRun(true)
                        .create())
                .isNotNull();
    }

    @Test
    void anotherWebhookMayAddContainers() throws Exception {
        try (InjectWebhook webhook = new InjectWebhook(client, helm);
                AddingWebhook other = new AddingWebhook(client, shop, "{\"name\": \"added\", \"image\": \"other\"}")) {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                Pod pod = created(labelled());
                assertThat(sidecars(pod)).containsExactly("kitsune-capture", "kitsune-envoy");
                assertThat(pod.getSpec().getContainers())
                        .extracting(Container::getName)
                        .containsExactly("app", "added");
            });
        }
    }

    @Test
    void anotherWebhookCannotAddWhatBypassesTheSidecar() throws Exception {
        try (InjectWebhook webhook = new InjectWebhook(client, helm);
                AddingWebhook other = new AddingWebhook(
                        client,
                        shop,
                        "{\"name\": \"added\", \"image\": \"other\", \"securityContext\": {\"runAsUser\": 15400}}")) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> created(labelled()))
                    .hasMessageContaining("the container added runs as user 15400"));
        }
    }

    @Test
    void thePodsOfAJobGetSidecars() throws Exception {
        try (InjectWebhook webhook = new InjectWebhook(client, helm);
                AutoCloseable controllers = SharedApiServer.controllers(server, folder.resolve("controllers.log"))) {
            awaitWebhook();
            manifests(Files.readString(MANIFESTS.resolve("workloads.yaml"))).stream()
                    .filter(object -> object.getKind().equals("Job"))
                    .forEach(job -> client.resource(job).inNamespace(shop).create());

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            client.pods().inNamespace(shop).list().getItems())
                    .singleElement()
                    .satisfies(pod -> assertThat(sidecars(pod)).hasSize(2))
                    .satisfies(pod ->
                            assertThat(pod.getMetadata().getGenerateName()).startsWith("once-")));
            client.batch().v1().jobs().inNamespace(shop).delete();
        }
    }

    @Test
    void aReplicaKeepsWhomTheApiServerTrusts() throws Exception {
        int port = freePort();
        client.resource(InjectWebhook.configuration(helm, port, null)).serverSideApply();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClusterInput input = new ClusterInput(
                new Cluster("test", server.config()),
                ServedCluster.SYSTEM,
                new Replica("webhook", "127.0.0.1:" + port),
                ReplicaToken.of("test"),
                MeshSettings.of("kitsune", "kitsune-gateway"),
                new InjectPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), InjectWebhook.injector()),
                null);
        try (ControlPlane control = ControlPlane.start(input, new ControlPlane.Listening(any, any, null))) {
            awaitWebhook();

            // Somebody spoils it, and the replica mends it.
            client.admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName("kitsune-inject")
                    .edit(configuration -> {
                        configuration.getWebhooks().forEach(webhook -> webhook.getClientConfig()
                                .setCaBundle(null));
                        return configuration;
                    });
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.admissionRegistration()
                            .v1()
                            .mutatingWebhookConfigurations()
                            .withName("kitsune-inject")
                            .get()
                            .getWebhooks())
                    .hasSize(2)
                    .allSatisfy(webhook ->
                            assertThat(webhook.getClientConfig().getCaBundle()).isNotEmpty()));
            awaitWebhook();
        } finally {
            client.admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName("kitsune-inject")
                    .delete();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
