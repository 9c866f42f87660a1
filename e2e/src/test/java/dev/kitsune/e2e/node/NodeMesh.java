package dev.kitsune.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.kube.ApiServer;
import dev.kitsune.e2e.kube.ControllerManager;
import dev.kitsune.e2e.kube.Helm;
import dev.kitsune.e2e.kube.InjectWebhook;
import dev.kitsune.e2e.kube.KitsuneAccount;
import dev.kitsune.e2e.kube.KubernetesPrograms;
import dev.kitsune.e2e.kube.Opened;
import dev.kitsune.e2e.kube.SharedApiServer;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.e2e.xds.ServeProcess;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with one real node, on which the chart is installed: its gateway runs as a pod, and the control plane runs on
 * the node with the rights of its account. The API server asks its webhook, the kubelet runs what that makes of pods, and
 * the names of Services resolve in pods. Nothing forwards what is sent to their addresses, so only sidecars can reach
 * others by name.
 */
final class NodeMesh implements AutoCloseable {
    static final String SHOP = "shop";
    private static final String OWN = "kitsune";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int XDS_PORT = 18_000;
    private static final int GATEWAY_PORT = 8080;

    /** Outlives the node, so that a failed test can be understood. */
    private static final Path LOGS = Repository.root().resolve("e2e/target/node");

    private final Opened opened;
    private final NodeNetwork network;
    private final ApiServer server;
    private final RealNode node;
    private final Path settings;
    private final LoopbackPorts ports;
    private final int webhookPort;
    private ServeProcess kitsune;

    private NodeMesh(Opened opened, List<String> values) throws Exception {
        this.opened = opened;
        // What is missing may have to be built, so all of it is found before anything runs.
        KubernetesPrograms programs = SharedApiServer.programs();
        Path controllers = programs.find("kube-controller-manager", System.err::println);
        Path kubelet = programs.find("kubelet", System.err::println);
        Path helm = SharedApiServer.helm();
        Files.createDirectories(LOGS);
        ports = opened.add(new LoopbackPorts());
        webhookPort = ports.next();
        NodePlace place = opened.add(NodePlace.take());
        network = NodeNetwork.create(place);
        List<Path> images = NodeImages.build(place.folder("images"));
        ContainerRuntime runtime =
                opened.add(ContainerRuntime.start(place, network, NodeImages.PAUSE, LOGS.resolve("containerd.log")));
        for (Path image : images) {
            runtime.load(image);
        }
        server = opened.add(ApiServer.start(programs, place.folder("server")));
        opened.add(ControllerManager.start(
                controllers,
                server.kubeconfig(),
                LOGS.resolve("kube-controller-manager.log"),
                "serviceaccount-controller",
                "deployment-controller",
                "replicaset-controller"));
        settings = install(new Helm(helm, null, place.folder("helm")), place, values);
        opened.add(new ServiceNames(client(), network.address(), Map.of(OWN + "." + OWN, network.address())));
        // Without what it makes, the kubelet would wait longer and longer between its attempts to start the gateway.
        startKitsune();
        node = opened.add(
                RealNode.start(kubelet, server.kubeconfig(), runtime, place, network, LOGS.resolve("kubelet.log")));
        opened.add(new OnlyNode(client(), RealNode.NAME));
        eventually(() ->
                assertThat(isReady(gatewayPod())).as("the gateway is ready").isTrue());
    }

    /**
     * Skips the test that calls it if this machine cannot run a node.
     *
     * @param values of the chart, in the form {@code NAME=VALUE}
     */
    static NodeMesh start(String... values) throws Exception {
        NodeSupport.assumePossible();
        Opened opened = new Opened();
        try {
            return new NodeMesh(opened, List.of(values));
        } catch (Exception | Error e) {
            opened.close();
            throw e;
        }
    }

    /** Installs everything of the chart but the pods of the control plane, and returns the file with its settings. */
    private Path install(Helm helm, NodePlace place, List<String> values) throws Exception {
        server.installDefinitions();
        for (String namespace : List.of(OWN, SHOP)) {
            apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
        }
        // A node without IPv6 has no address ::.
        String listen = Files.exists(Path.of("/proc/net/if_inet6")) ? "::" : "0.0.0.0";
        List<String> arguments = new ArrayList<>(List.of("--no-hooks"));
        Stream.concat(
                        Stream.of(
                                "namespaces={" + SHOP + "}",
                                "gateway.replicas=1",
                                "gateway.image=" + NodeImages.ENVOY,
                                "gateway.listenAddress=" + listen,
                                "inject.image=" + NodeImages.ENVOY,
                                "inject.listenAddress=" + listen),
                        values.stream())
                .forEach(value -> arguments.addAll(List.of("--set", value)));
        String rendered = helm.template(arguments.toArray(new String[0]));
        for (HasMetadata object : client().load(stream(rendered)).items()) {
            if (isWanted(object)) {
                client().resource(object).serverSideApply();
            }
        }
        client().resource(InjectWebhook.configuration(helm, webhookPort, null)).serverSideApply();
        return Files.writeString(
                place.folder("kitsune").resolve("inject.yaml"),
                client().configMaps()
                        .inNamespace(OWN)
                        .withName("kitsune-inject")
                        .require()
                        .getData()
                        .get("inject.yaml"));
    }

    /** The definitions are there, the webhook is reached in another way, and the control plane is no pod. */
    private static boolean isWanted(HasMetadata object) {
        return switch (object.getKind()) {
            case "CustomResourceDefinition", "MutatingWebhookConfiguration" -> false;
            case "Deployment" -> !object.getMetadata().getName().equals(OWN);
            default -> true;
        };
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Starts the control plane, and waits until the API server trusts its webhook. */
    void startKitsune() throws IOException {
        Config account = KitsuneAccount.config(server, OWN, OWN);
        Path kubeconfig = settings.resolveSibling("kitsune.kubeconfig");
        Files.writeString(
                kubeconfig,
                Files.readString(server.kubeconfig())
                        .replaceFirst("token: \"[^\"]+\"", "token: \"" + account.getOauthToken() + "\""));
        kitsune = opened.add(ServeProcess.startOnCluster(
                kubeconfig,
                new InetSocketAddress(network.address(), XDS_PORT),
                ports.next(),
                LOGS.resolve("kitsune.log"),
                Map.of(),
                "--system-namespace",
                OWN,
                "--replica",
                "on-the-node",
                // The API server finds this address in the certificate of the webhook.
                "--advertise",
                "127.0.0.1",
                "--inject",
                "127.0.0.1:" + webhookPort,
                "--inject-settings",
                settings.toString(),
                // It is in force where the chart gives the right.
                "--distillation",
                SHOP));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client().admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName("kitsune-inject")
                        .require()
                        .getWebhooks())
                .allSatisfy(webhook ->
                        assertThat(webhook.getClientConfig().getCaBundle()).isNotEmpty()));
    }

    /** Ends the control plane like a crash. */
    void stopKitsune() throws Exception {
        opened.close(kitsune);
    }

    /** Returns the client of an administrator. */
    KubernetesClient client() {
        return server.client();
    }

    /** Creates or changes objects, from YAML with any number of documents. */
    void apply(String yaml) {
        for (HasMetadata object : client().load(stream("---\n" + yaml)).items()) {
            client().resource(object).serverSideApply();
        }
    }

    /** Returns a pod of the team. */
    PodResource pod(String name) {
        return client().pods().inNamespace(SHOP).withName(name);
    }

    /** Waits until pods of the team are ready. */
    void awaitReady(String... pods) {
        for (String pod : pods) {
            eventually(() ->
                    assertThat(isReady(pod(pod).get())).as("%s is ready", pod).isTrue());
        }
    }

    /** Whether a pod is ready. There may be none. */
    static boolean isReady(@Nullable Pod pod) {
        return pod != null && Readiness.getInstance().isReady(pod);
    }

    /** Deletes a pod of the team as a user does, and waits until it has gone. */
    void delete(String pod) {
        pod(pod).delete();
        eventually(() -> assertThat(pod(pod).get()).isNull());
    }

    /** Deletes a pod of the team whose end does not matter, and waits for nothing. */
    void remove(String pod) {
        pod(pod).withGracePeriod(0).delete();
    }

    /** Returns what a container of a pod has printed. */
    String printed(Pod pod, String container) throws IOException {
        return node.printed(pod, container);
    }

    /** Returns a client of a port of a pod of the team, which calls it as others on the node do. */
    GatewayClient clientOf(String pod, int port) {
        return clientAt(pod(pod).require(), port);
    }

    /** Returns a client of the gateway. */
    GatewayClient gateway() {
        return clientAt(Objects.requireNonNull(gatewayPod()), GATEWAY_PORT);
    }

    private static GatewayClient clientAt(Pod pod, int port) {
        return new GatewayClient(
                PlainClient.create(), "http://" + pod.getStatus().getPodIP() + ":" + port, PATIENCE);
    }

    private @Nullable Pod gatewayPod() {
        return client()
                .pods()
                .inNamespace(OWN)
                .withLabel("app.kubernetes.io/component", "gateway")
                .list()
                .getItems()
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** Returns the address of the node, from which the kubelet calls pods. */
    String nodeAddress() {
        return network.address();
    }

    /** Returns when the stream of the pod's sidecar to the control plane began; empty if there is none. */
    String streamSince(String pod) throws IOException, InterruptedException {
        String answer = kitsune.get("/api/proxies");
        for (JsonNode proxy : new ObjectMapper()
                .readTree(answer.substring(answer.indexOf(' ')))
                .path("items")) {
            if (proxy.path("node").asText().endsWith(pod)) {
                return proxy.path("since").asText();
            }
        }
        return "";
    }

    /** Returns the content of a file in a volume of a pod. */
    String file(Pod pod, String volume, String name) throws IOException {
        return node.file(pod, volume, name);
    }

    /** Waits for something. If it does not come, the error says what has become of all pods. */
    void eventually(ThrowingRunnable assertion) {
        eventually(PATIENCE, assertion);
    }

    /** {@code atMost}: how long it waits */
    void eventually(Duration atMost, ThrowingRunnable assertion) {
        try {
            await().atMost(atMost).pollInterval(POLL).ignoreExceptions().untilAsserted(assertion);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\nThe pods:\n" + describe() + "\nThe logs are in " + LOGS, e);
        }
    }

    private String describe() {
        return (node.hasEnded() ? "The kubelet has ended.\n" : "")
                + client().pods().inAnyNamespace().list().getItems().stream()
                        .map(pod -> pod.getMetadata().getName() + " "
                                + pod.getStatus().getPhase() + " "
                                + states(pod.getStatus().getInitContainerStatuses())
                                + states(pod.getStatus().getContainerStatuses()))
                        .collect(Collectors.joining("\n"))
                + client().v1().events().inAnyNamespace().list().getItems().stream()
                        .filter(event -> "Warning".equals(event.getType()))
                        .map(event -> "\n" + event.getInvolvedObject().getName() + ": " + event.getMessage())
                        .collect(Collectors.joining());
    }

    private static String states(List<ContainerStatus> all) {
        return all.stream()
                .map(one -> one.getName() + (one.getReady() ? " ready " : " ") + one.getState())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        try {
            opened.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("the node does not end: see " + LOGS, e);
        }
    }
}
