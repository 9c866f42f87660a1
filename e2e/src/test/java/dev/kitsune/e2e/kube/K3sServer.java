package dev.kitsune.e2e.kube;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * K3s in a container. Its API server, its controllers and its storage run. Its kubelet and its scheduler do not, because
 * {@link FakeKubelet} runs the pods, and nobody else may touch them.
 */
final class K3sServer implements ServerHost {
    /** The image has the version of Kubernetes that is built for the other tests. */
    static final DockerImageName IMAGE = DockerImageName.parse("rancher/k3s:" + KubernetesPrograms.VERSION + "-k3s1");

    private static final String TOKENS = "/etc/kitsune/tokens.csv";
    private static final int PORT = 6443;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final K3sContainer container;
    private final Path certificate;

    private K3sServer(K3sContainer container, Path certificate) {
        this.container = container;
        this.certificate = certificate;
    }

    /** Returns why K3s cannot run on this machine; empty if it can. */
    static Optional<String> missing() {
        return Missing.REASON;
    }

    /** Failed attempts to pull an image take minutes, so they are not repeated. */
    private static final class Missing {
        static final Optional<String> REASON = findMissing();
    }

    private static Optional<String> findMissing() {
        try {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                return Optional.of("no Docker answers");
            }
            new RemoteDockerImage(IMAGE).get();
            return Optional.empty();
        } catch (ContainerFetchException e) {
            return Optional.of("Docker cannot pull an image (" + e.getMessage() + ")");
        } catch (DockerException e) {
            return Optional.of("Docker answers with an error (" + e.getMessage() + ")");
        }
    }

    /** Starts K3s, and waits until its API server listens. */
    static K3sServer start(String tokens, Path folder) throws IOException {
        K3sContainer container = new K3sContainer(IMAGE);
        container
                .withCommand(
                        "server",
                        "--disable-agent",
                        "--disable-scheduler",
                        "--disable-cloud-controller",
                        "--disable-helm-controller",
                        "--disable=coredns,local-storage,metrics-server,servicelb,traefik",
                        "--tls-san=" + container.getHost(),
                        "--kube-apiserver-arg=token-auth-file=" + TOKENS,
                        // Pods may be created at once in a new namespace, as on the API server of the other tests.
                        "--kube-apiserver-arg=disable-admission-plugins=ServiceAccount")
                .withCopyToContainer(Transferable.of(tokens), TOKENS)
                // Testcontainers reads this file next. The usual sign of readiness is about nodes, and there are none.
                .waitingFor(Wait.forLogMessage(".*Wrote kubeconfig.*", 1).withStartupTimeout(PATIENCE))
                .start();
        String authority = Config.fromKubeconfig(container.getKubeConfigYaml()).getCaCertData();
        return new K3sServer(
                container,
                Files.write(folder.resolve("ca.crt"), Base64.getDecoder().decode(authority)));
    }

    @Override
    public String url() {
        return "https://" + container.getHost() + ":" + container.getMappedPort(PORT);
    }

    @Override
    public Path certificate() {
        return certificate;
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a test that kills its API server starts it as processes");
    }

    @Override
    public void startAgain() {
        throw new UnsupportedOperationException("a test that kills its API server starts it as processes");
    }

    @Override
    public boolean hasEndedWithin(Duration patience) throws InterruptedException {
        try (WaitContainerResultCallback end = container
                .getDockerClient()
                .waitContainerCmd(container.getContainerId())
                .start()) {
            return end.awaitCompletion(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String log() {
        return container.getLogs();
    }

    @Override
    public void close() {
        container.close();
    }
}
