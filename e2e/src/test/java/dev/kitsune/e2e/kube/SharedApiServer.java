package dev.kitsune.e2e.kube;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.kitsune.e2e.process.UnobtainableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one real API server with Kitsune's custom resource definitions, as a parameter. All test classes of a JVM
 * share it, so each test uses namespaces of its own, and deletes what it has created, because Kitsune reads all of a
 * cluster. A test that changes the definitions starts its own with {@link #start}. One that kills its API server uses
 * {@link ApiServer#start} with {@link #programs}. Where Kubernetes cannot be built or run, the tests are skipped with the
 * reason.
 *
 * <p>The system property {@code kitsune.kubernetes} with the value {@code k3s} starts K3s in a container in place of
 * processes. This is not for tests that kill their API server.
 */
public final class SharedApiServer implements BeforeAllCallback, ParameterResolver {
    /** The system property that chooses what runs the API server. */
    static final String PROPERTY = "kitsune.kubernetes";

    static final String K3S = "k3s";

    private static final Namespace NAMESPACE = Namespace.create(SharedApiServer.class);

    /** Skips the test that calls it if this machine cannot run an API server as processes. */
    public static KubernetesPrograms programs() {
        KubernetesPrograms programs = new KubernetesPrograms();
        programs.missing().ifPresent(reason -> skip("no real API server", reason));
        orSkip("no real API server", () -> programs.find("kube-apiserver", System.err::println));
        return programs;
    }

    /** Starts an API server, and skips the test that calls it if this machine cannot run one. */
    static ApiServer start(Path folder) throws IOException, InterruptedException {
        if (!isOnK3s()) {
            return ApiServer.start(programs(), folder);
        }
        skipWithoutK3s();
        return ApiServer.start(K3sServer::start, folder);
    }

    /** Starts the controllers of an API server. K3s has them already. */
    static AutoCloseable controllers(ApiServer server, Path log) throws IOException {
        return isOnK3s()
                ? () -> {}
                : ControllerManager.start(
                        programs().find("kube-controller-manager", System.err::println), server.kubeconfig(), log);
    }

    /** Starts the controllers that make the pods of Deployments. */
    static AutoCloseable controllersOfDeployments(ApiServer server, Path log) throws IOException {
        return isOnK3s()
                ? () -> {}
                : ControllerManager.startWithDeployments(
                        programs().find("kube-controller-manager", System.err::println), server.kubeconfig(), log);
    }

    private static boolean isOnK3s() {
        String chosen = System.getProperty(PROPERTY, "");
        if (!chosen.isEmpty() && !chosen.equals(K3S)) {
            throw new IllegalStateException("The system property " + PROPERTY + " is \"" + chosen + "\": set it to \""
                    + K3S + "\", or remove it to have the API server built.");
        }
        return chosen.equals(K3S);
    }

    /** Skips the test that calls it if this machine cannot run K3s. */
    static void skipWithoutK3s() {
        K3sServer.missing().ifPresent(reason -> skip("no K3s", reason));
    }

    /** Returns kubectl, and skips the test that calls it if this machine cannot build it. */
    static Path kubectl() {
        return orSkip("no kubectl", () -> new KubernetesPrograms().find("kubectl", System.err::println));
    }

    /** Returns Helm, and skips the test that calls it if this machine cannot build it. */
    public static Path helm() {
        return orSkip("no Helm", () -> new KubernetesPrograms().helm(System.err::println));
    }

    /** Returns the folder of the Gateway API's definitions, and skips the test that calls it if they cannot be had. */
    static Path gatewayApi() {
        return orSkip("no Gateway API", () -> new KubernetesPrograms().gatewayApi(System.err::println));
    }

    private static Path orSkip(String missing, Supplier<Path> program) {
        try {
            return program.get();
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof UnobtainableException) {
                skip(missing, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private static void skip(String missing, String reason) {
        Assumptions.abort(missing + ": " + reason);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOnK3s()) {
            skipWithoutK3s();
        } else {
            programs();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ApiServer.class;
    }

    @Override
    public ApiServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Started.class, key -> Started.start(), Started.class)
                .server();
    }

    /** The API server with its folder. JUnit closes it after the last test. */
    private record Started(ApiServer server, Path folder) implements AutoCloseable {
        static Started start() {
            try {
                Path folder = Files.createTempDirectory("kitsune-api-server-");
                ApiServer server = SharedApiServer.start(folder);
                server.installDefinitions();
                return new Started(server, folder);
            } catch (IOException e) {
                throw new IllegalStateException("no API server can be started", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the start of an API server was interrupted", e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }
}
