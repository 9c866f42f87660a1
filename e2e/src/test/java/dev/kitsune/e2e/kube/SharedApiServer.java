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
 * cluster. A test that kills an API server, or changes the definitions, starts its own with {@link ApiServer#start}. Where
 * Kubernetes cannot be built or run, the tests are skipped with the reason.
 */
public final class SharedApiServer implements BeforeAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SharedApiServer.class);

    /** Skips the test that calls it if Kubernetes cannot run on this machine. */
    public static KubernetesPrograms programs() {
        KubernetesPrograms programs = new KubernetesPrograms();
        programs.missing().ifPresent(reason -> skip("no real API server", reason));
        orSkip("no real API server", () -> programs.find("kube-apiserver", System.err::println));
        return programs;
    }

    /** Returns Helm, and skips the test that calls it if this machine can neither run Kubernetes nor build Helm. */
    public static Path helm() {
        KubernetesPrograms programs = programs();
        return orSkip("no Helm", () -> programs.helm(System.err::println));
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
        programs();
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
                ApiServer server = ApiServer.start(programs(), folder);
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
