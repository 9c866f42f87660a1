package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A real Envoy at which requests enter the mesh of a cluster, and a client of it. */
record ClusterGateway(EnvoyProcess envoy, GatewayClient client) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONCURRENCY = 2;

    /** {@code xdsPort}: of the control plane, on loopback */
    static ClusterGateway start(int xdsPort, LoopbackPorts ports, Path folder)
            throws IOException, InterruptedException {
        int port = ports.next();
        int admin = ports.next();
        Proxy gateway = new Proxy.GatewayProxy("127.0.0.1", port, Scopes.ON_DEMAND);
        EnvoyProcess envoy = EnvoyProcess.start(
                EnvoyBinary.find(System.err::println),
                "gateway-" + port,
                BootstrapText.of(gateway, xdsPort, admin),
                admin,
                folder);
        return new ClusterGateway(envoy.awaitReady(PATIENCE), new GatewayClient(port, PATIENCE));
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
    public void close() {
        envoy.close();
    }
}
