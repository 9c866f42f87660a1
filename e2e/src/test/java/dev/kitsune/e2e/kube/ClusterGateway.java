package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A real Envoy at which requests enter the mesh of a cluster, and a client of it. */
record ClusterGateway(PodEnvoy pod, GatewayClient client, Resource<Pod> object) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONCURRENCY = 2;

    /** {@code xdsPort}: of the control plane, on loopback */
    static ClusterGateway start(ApiServer server, int xdsPort, LoopbackPorts ports, Path folder)
            throws IOException, InterruptedException {
        return start(PodEnvoy.WayToKitsune.of(server, xdsPort), ports, folder);
    }

    /** {@code way}: of the gateway to Kitsune */
    static ClusterGateway start(PodEnvoy.WayToKitsune way, LoopbackPorts ports, Path folder)
            throws IOException, InterruptedException {
        int port = ports.next();
        int admin = ports.next();
        Proxy gateway = new Proxy.GatewayProxy("127.0.0.1", port, Scopes.ON_DEMAND);
        Pod object = object(way, "gateway-" + port);
        PodEnvoy envoy = PodEnvoy.start(way, object, gateway, admin, folder);
        envoy.process().awaitReady(PATIENCE);
        return new ClusterGateway(
                envoy, new GatewayClient(port, PATIENCE), way.server().client().resource(object));
    }

    private static Pod object(PodEnvoy.WayToKitsune way, String name) {
        ServiceAccounts.create(way.server(), way.namespace(), ServiceAccounts.GATEWAY);
        return way.server()
                .client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(way.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName(ServiceAccounts.GATEWAY)
                        .addNewContainer()
                        .withName("envoy")
                        .withImage("envoy")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    EnvoyProcess envoy() {
        return pod.process();
    }

    /** A request that no client repeats. */
    static Call call(String virtualEnvironment) {
        return Call.post("http://shop.localhost/", "{}").with("kitsune-env", virtualEnvironment);
    }

    /** Waits until a version of {@code front} answers the requests of a virtual environment. */
    void awaitVersion(String virtualEnvironment, String version, Duration atMost) {
        await().atMost(atMost).ignoreExceptions().untilAsserted(() -> assertThat(
                        fault(virtualEnvironment, client.send(call(virtualEnvironment)), Set.of(version)))
                .isEmpty());
    }

    /** Waits until a virtual environment is not known any more. */
    void awaitGone(String virtualEnvironment, Duration atMost) {
        await().atMost(atMost)
                .ignoreExceptions()
                .until(() -> client.send(call(virtualEnvironment)).status() == 404);
    }

    /** Sends requests of a virtual environment without a pause. Only the named versions of {@code front} may answer. */
    Load load(String virtualEnvironment, String... versions) {
        Set<String> allowed = Set.of(versions);
        return new Load(
                client,
                CONCURRENCY,
                List.of(new Load.Check(
                        call(virtualEnvironment), answer -> fault(virtualEnvironment, answer, allowed))));
    }

    private static Optional<String> fault(String virtualEnvironment, Answer answer, Set<String> versions) {
        return answer.status() == 200
                        && versions.contains(answer.body().path("version").asText())
                        && answer.receivedOne("kitsune-env").equals(virtualEnvironment)
                ? Optional.empty()
                : Optional.of(answer.status() + " " + answer.text());
    }

    @Override
    public void close() throws IOException {
        pod.close();
        object.withGracePeriod(0).delete();
    }
}
