package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.k8s.crd.CustomResourceDefinitions;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A real API server on loopback. As processes of this machine it can be killed and started again, with the same address
 * and the same objects, and nothing else of Kubernetes runs, so nobody acts on the objects.
 */
public final class ApiServer implements AutoCloseable {
    static {
        PlainClient.prepare(); // The client of Kubernetes is one of the JDK, too.
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LINES_SHOWN = 10;

    private final Path folder;
    private final ServerHost host;
    private final String token;
    private @Nullable KubernetesClient client;

    private ApiServer(Path folder, ServerHost host, String token) {
        this.folder = folder;
        this.host = host;
        this.token = token;
    }

    /** Starts what an API server runs in. {@code tokens}: the content of its file with the tokens of users */
    public interface HostStarter {
        ServerHost start(String tokens, Path folder) throws IOException;
    }

    /**
     * Starts an API server as processes of this machine, and waits until it is ready.
     *
     * @param folder an empty folder for its data and its log
     */
    public static ApiServer start(KubernetesPrograms programs, Path folder) throws IOException, InterruptedException {
        return start((tokens, data) -> ServerProcesses.start(programs, tokens, data), folder);
    }

    /** Starts an API server elsewhere, and waits until it is ready. */
    public static ApiServer start(HostStarter starter, Path folder) throws IOException, InterruptedException {
        String token = UUID.randomUUID().toString();
        ApiServer server = new ApiServer(folder, starter.start(token + ",admin,admin,system:masters\n", folder), token);
        try {
            server.awaitReady();
        } catch (RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Returns the client of an administrator. It stays usable when the API server is started again. */
    public synchronized KubernetesClient client() {
        if (client == null) {
            client = new KubernetesClientBuilder().withConfig(config()).build();
        }
        return client;
    }

    /** Returns the configuration of an administrator's client, which nothing of this machine influences. */
    public Config config() {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(host.url())
                .withCaCertFile(host.certificate().toString())
                .withOauthToken(token)
                .build();
    }

    /** Writes a kubeconfig of an administrator, and returns its path. */
    public Path kubeconfig() throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: admin, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: admin}}]
                current-context: test
                """.formatted(host.url(), host.certificate(), token));
    }

    /** Makes a namespace whose name no other test uses, and returns its name. */
    public String newNamespace(String prefix) {
        return client().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(prefix + "-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    /** Ends the API server like a crash. Its objects stay. */
    public void kill() {
        host.kill();
    }

    /** Starts it again after {@link #kill}, and waits until it is ready. */
    public void startAgain() throws IOException, InterruptedException {
        host.startAgain();
        awaitReady();
    }

    /** Installs Kitsune's custom resource definitions, and waits until their kinds are served. */
    public void installDefinitions() throws InterruptedException {
        for (CustomResourceDefinition definition : CustomResourceDefinitions.all()) {
            client().resource(definition).serverSideApply();
            String plural = definition.getSpec().getNames().getPlural();
            await(() -> isServed(plural), "does not serve " + plural);
        }
    }

    private boolean isServed(String plural) {
        // The client answers null for "not found".
        return client().raw("/apis/" + Kind.API_VERSION + "/" + plural + "?limit=1") != null;
    }

    private void awaitReady() throws InterruptedException {
        await(this::isReady, "is not ready");
    }

    private void await(BooleanSupplier condition, String complaint) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw failed(complaint + " after " + PATIENCE.toSeconds() + " s");
            }
            if (host.hasEndedWithin(POLL)) {
                throw failed(complaint + ", but ended");
            }
        }
    }

    private boolean isReady() {
        // The API server makes its certificate when it starts for the first time.
        if (!Files.isRegularFile(host.certificate())) {
            return false;
        }
        Config once =
                new ConfigBuilder(config()).withRequestRetryBackoffLimit(0).build();
        try (KubernetesClient probe =
                new KubernetesClientBuilder().withConfig(once).build()) {
            return "ok".equals(probe.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private IllegalStateException failed(String what) {
        List<String> lines;
        try {
            lines = host.log().lines().toList();
        } catch (IOException e) {
            lines = List.of("(unreadable: " + e + ")");
        }
        return new IllegalStateException("The API server " + what + ". Its log ends with:\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())));
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
        host.close();
    }
}
