package dev.kitsune.e2e.xds;

import com.google.common.net.HostAndPort;
import dev.kitsune.Kitsune;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Signal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** {@code kitsune serve} as a separate process, so that it can be killed and replaced by another one. */
public final class ServeProcess implements AutoCloseable {
    private static final HttpClient CLIENT = PlainClient.create();

    private static final String LOOPBACK = "127.0.0.1";

    private final ChildProcess process;
    private final int xdsPort;
    private final int httpPort;

    private ServeProcess(ChildProcess process, int xdsPort, int httpPort) {
        this.process = process;
        this.xdsPort = xdsPort;
        this.httpPort = httpPort;
    }

    /**
     * Starts the process for a folder, and waits until it serves.
     *
     * @param properties the system properties of the JVM, such as the time zone
     * @param options the options in addition to the folder and the ports
     */
    public static ServeProcess start(
            Path folder, int xdsPort, int httpPort, Path log, Map<String, String> properties, String... options)
            throws IOException {
        return start(
                LOOPBACK + ":" + xdsPort,
                httpPort,
                log,
                properties(properties),
                List.of("--dir", folder.toString()),
                List.of(options));
    }

    /** Starts the process for a folder with a heap of so many megabytes, and waits until it serves. */
    static ServeProcess startWithHeap(int megabytes, Path folder, int xdsPort, int httpPort, Path log)
            throws IOException {
        return start(
                LOOPBACK + ":" + xdsPort,
                httpPort,
                log,
                List.of("-Xmx" + megabytes + "m"),
                List.of("--dir", folder.toString()),
                List.of());
    }

    private static List<String> properties(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    /**
     * Starts the process for the cluster of a kubeconfig, and waits until it serves.
     *
     * @param options the options in addition to the ports
     */
    public static ServeProcess startOnCluster(Path kubeconfig, int xdsPort, int httpPort, Path log, String... options)
            throws IOException {
        return startOnCluster(kubeconfig, xdsPort, httpPort, log, Map.of(), options);
    }

    /** {@code more}: system properties of the JVM */
    public static ServeProcess startOnCluster(
            Path kubeconfig, int xdsPort, int httpPort, Path log, Map<String, String> more, String... options)
            throws IOException {
        List<String> jvm = new ArrayList<>(properties(more));
        jvm.addAll(properties(Map.of("kubeconfig", kubeconfig.toString())));
        return start(LOOPBACK + ":" + xdsPort, httpPort, log, jvm, List.of(), List.of(options));
    }

    /** The same for Envoys that are not on loopback. {@code xds}: where they connect, as HOST:PORT */
    public static ServeProcess startOnCluster(Path kubeconfig, String xds, int httpPort, Path log, String... options)
            throws IOException {
        List<String> jvm = properties(Map.of("kubeconfig", kubeconfig.toString()));
        return start(xds, httpPort, log, jvm, List.of(), List.of(options));
    }

    private static ServeProcess start(
            String xds, int httpPort, Path log, List<String> jvm, List<String> input, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Kitsune.class.getName(), "serve"));
        command.addAll(input);
        command.addAll(List.of("--xds", xds, "--http", "127.0.0.1:" + httpPort));
        command.addAll(options);
        ServeProcess serve = new ServeProcess(
                ChildProcess.start(command, log), HostAndPort.fromString(xds).getPort(), httpPort);
        Awaitility.await("kitsune serve is ready: " + log)
                .atMost(Duration.ofMinutes(1))
                .until(serve::isReady);
        return serve;
    }

    private boolean isReady() throws InterruptedException, IOException {
        if (!process.isAlive()) {
            throw new IOException("kitsune serve ended with code " + process.exitCode() + ":\n" + log());
        }
        try {
            return get("/readyz").startsWith("200");
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the status and text of a page of its inspection port. */
    public String get(String path) throws IOException, InterruptedException {
        var response = CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                        .build(),
                BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    public int xdsPort() {
        return xdsPort;
    }

    public long pid() {
        return process.pid();
    }

    /** Returns the whole output. */
    public String log() throws IOException {
        return process.log();
    }

    /** Stops the process, so that it keeps its connections and does not answer. */
    public void stop() throws IOException, InterruptedException {
        Signal.STOP.sendTo(pid());
    }

    /** Lets a stopped process go on. */
    public void resume() throws IOException, InterruptedException {
        Signal.CONT.sendTo(pid());
    }

    /** Ends the process like a crash. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        kill();
    }
}
