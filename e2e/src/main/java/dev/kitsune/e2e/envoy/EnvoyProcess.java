package dev.kitsune.e2e.envoy;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One running Envoy. Closing it ends only this process. */
public final class EnvoyProcess implements AutoCloseable {
    private static final int LINES_SHOWN = 15;
    private static final Duration POLL = Duration.ofMillis(20);

    private final String name;
    private final ChildProcess process;
    private final EnvoyAdmin admin;

    private EnvoyProcess(String name, ChildProcess process, EnvoyAdmin admin) {
        this.name = name;
        this.process = process;
        this.admin = admin;
    }

    /**
     * Starts an Envoy and does not wait for it.
     *
     * @param name the name in messages, and of its files in {@code folder}
     * @param bootstrap the bootstrap as YAML
     * @param adminPort the admin port in the bootstrap
     */
    public static EnvoyProcess start(Path binary, String name, String bootstrap, int adminPort, Path folder)
            throws IOException {
        return start(binary, name, bootstrap, adminPort, folder, "warning");
    }

    /** {@code logLevel}: of Envoy, such as {@code trace} */
    public static EnvoyProcess start(
            Path binary, String name, String bootstrap, int adminPort, Path folder, String logLevel)
            throws IOException {
        Files.createDirectories(folder);
        Path config = folder.resolve(name + ".yaml");
        Path log = folder.resolve(name + ".log");
        Files.writeString(config, bootstrap);
        // Without hot restart Envoy needs no shared memory, so any number of Envoys can run at the same time.
        ChildProcess process = ChildProcess.start(
                List.of(
                        binary.toString(),
                        "--config-path",
                        config.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        logLevel),
                log);
        return new EnvoyProcess(name, process, new EnvoyAdmin(adminPort));
    }

    /**
     * Waits until Envoy serves.
     *
     * @throws EnvoyDiedException if it ends instead, or takes too long
     */
    public EnvoyProcess awaitReady(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!admin.isReady()) {
            if (!process.isAlive()) {
                throw died("ended with code " + process.exitCode() + " before it was ready.");
            }
            if (System.nanoTime() > deadline) {
                throw died("is not ready after " + atMost.toSeconds() + " s.");
            }
            // This returns at once when the process ends.
            process.awaitEnd(POLL);
        }
        return this;
    }

    /** Throws an {@link EnvoyDiedException} if the process has ended. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw died("ended with code " + process.exitCode() + ".");
        }
    }

    public EnvoyAdmin admin() {
        return admin;
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the whole log. */
    public String log() throws IOException {
        return process.log();
    }

    /** Tells the process to end, as a supervisor does, and waits for its end. */
    public void terminate(Duration atMost) throws InterruptedException {
        process.terminate();
        process.awaitEnd(atMost);
    }

    /** Ends the process at once. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        kill();
    }

    private EnvoyDiedException died(String what) {
        List<String> lines;
        try {
            lines = log().lines().toList();
        } catch (IOException e) {
            lines = List.of("(unreadable: " + e + ")");
        }
        return new EnvoyDiedException(
                "Envoy \"" + name + "\" (process " + process.pid() + ") " + what,
                lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()),
                process.logFile().toString());
    }
}
