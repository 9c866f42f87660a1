package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.process.ChildProcess;
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
 * A real API server on loopback, with an etcd of its own. It can be killed and started again: then it has the same
 * address and the same objects. Nothing else of Kubernetes runs, so nobody acts on the objects.
 */
public final class ApiServer implements AutoCloseable {
    static {
        PlainClient.prepare(); // The client of Kubernetes is one of the JDK, too.
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LINES_SHOWN = 10;

    private final Path program;
    private final Path folder;
    private final LoopbackPorts ports;
    private final int port;
    private final Etcd etcd;
    private final String token;
    private ChildProcess process;
    private @Nullable KubernetesClient client;

    private ApiServer(Path program, Path folder, LoopbackPorts ports, Etcd etcd, String token) throws IOException {
        this.program = program;
        this.folder = folder;
        this.ports = ports;
        this.port = ports.next();
        this.etcd = etcd;
        this.token = token;
        this.process = run();
    }

    /**
     * Starts an API server and waits until it is ready.
     *
     * @param folder an empty folder for its data and its log
     */
    public static ApiServer start(KubernetesPrograms programs, Path folder) throws IOException, InterruptedException {
        Path program = programs.find("kube-apiserver", System.err::println);
        String token = UUID.randomUUID().toString();
        Files.writeString(folder.resolve("tokens.csv"), token + ",admin,admin,system:masters\n");
        ServiceAccountKey.write(folder.resolve("service-accounts.key"));
        LoopbackPorts ports = new LoopbackPorts();
        Etcd etcd = Etcd.start(programs.etcd(), folder, ports.next(), ports.next());
        ApiServer server = new ApiServer(program, folder, ports, etcd, token);
        try {
            server.awaitReady();
        } catch (RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private ChildProcess run() throws IOException {
        return ChildProcess.start(
                List.of(
                        program.toString(),
                        "--etcd-servers=" + etcd.url(),
                        "--bind-address=127.0.0.1",
                        "--advertise-address=127.0.0.1",
                        "--secure-port=" + port,
                        "--cert-dir=" + folder.resolve("certificates"),
                        "--service-cluster-ip-range=10.96.0.0/16",
                        "--service-account-issuer=https://kubernetes.default",
                        "--service-account-key-file=" + folder.resolve("service-accounts.key"),
                        "--service-account-signing-key-file=" + folder.resolve("service-accounts.key"),
                        "--token-auth-file=" + folder.resolve("tokens.csv"),
                        "--authorization-mode=RBAC",
                        // No controller makes the service accounts that this plugin demands of every pod.
                        "--disable-admission-plugins=ServiceAccount",
                        "--allow-privileged=true"),
                folder.resolve("kube-apiserver.log"));
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
                .withMasterUrl(url())
                .withCaCertFile(certificate().toString())
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
                """.formatted(url(), certificate(), token));
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
        process.kill();
    }

    /** Starts it again after {@link #kill}, and waits until it is ready. */
    public void startAgain() throws IOException, InterruptedException {
        process = run();
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
            if (!process.isAlive()) {
                throw failed(complaint + ", but ended with code " + process.exitCode());
            }
            if (System.nanoTime() > deadline) {
                throw failed(complaint + " after " + PATIENCE.toSeconds() + " s");
            }
            // This returns at once when the process ends.
            process.awaitEnd(POLL);
        }
    }

    private boolean isReady() {
        // The API server makes its certificate when it starts for the first time.
        if (!Files.isRegularFile(certificate())) {
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
            lines = process.log().lines().toList();
        } catch (IOException e) {
            lines = List.of("(unreadable: " + e + ")");
        }
        return new IllegalStateException("The API server " + what + ". Its log (" + process.logFile()
                + ") ends with:\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())));
    }

    private String url() {
        return "https://127.0.0.1:" + port;
    }

    private Path certificate() {
        return folder.resolve("certificates").resolve("apiserver.crt");
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
        process.close();
        etcd.close();
        ports.close();
    }
}
