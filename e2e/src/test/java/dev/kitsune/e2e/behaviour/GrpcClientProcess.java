package dev.kitsune.e2e.behaviour;

import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.PythonPackage;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.e2e.process.UnobtainableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A gRPC app in a separate process, which uses nothing of Kitsune except the bootstrap. */
final class GrpcClientProcess implements AutoCloseable {
    /** The programming language, which decides about the gRPC library. */
    enum Language {
        JAVA,
        PYTHON
    }

    private static final PythonPackage GRPCIO =
            new PythonPackage(Repository.root().resolve(".grpcio"), "python3", "grpcio", "1.85.1");

    private final ChildProcess process;
    private final BufferedReader answers;
    private final Writer calls;
    private final Path log;

    private GrpcClientProcess(Process process, Path log) {
        this.process = ChildProcess.of(process, log);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.calls = process.outputWriter(StandardCharsets.UTF_8);
        this.log = log;
    }

    /**
     * Starts the app, which connects with its first call.
     *
     * @param target the target of its calls, and for Java another authority if needed
     */
    static GrpcClientProcess start(Language language, Path bootstrap, Path log, String... target)
            throws IOException, UnobtainableException {
        List<String> command = new ArrayList<>(language == Language.JAVA ? java() : List.of("python3", script()));
        command.addAll(List.of(target));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("GRPC_XDS_BOOTSTRAP", bootstrap.toString());
        if (language == Language.PYTHON) {
            environment.put("PYTHONPATH", grpcio());
        }
        return new GrpcClientProcess(builder.start(), log);
    }

    /** Makes one call, and returns {@code OK} with the app's text, or the name of a status with its description. */
    String call(String... headers) throws IOException {
        calls.write(String.join(" ", headers) + "\n");
        calls.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the client ended: " + Files.readString(log));
        }
        return answer;
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JavaGrpcClient.class.getName());
    }

    private static String script() {
        return Path.of("src", "test", "resources", "grpc", "client.py")
                .toAbsolutePath()
                .toString();
    }

    private static String grpcio() throws UnobtainableException {
        return GRPCIO.obtain(
                        home -> Files.isDirectory(home.resolve("grpc")),
                        home -> System.err.println("Downloading grpcio (once, about 7 MB) into " + home))
                .toString();
    }

    @Override
    public void close() {
        process.close();
    }
}
