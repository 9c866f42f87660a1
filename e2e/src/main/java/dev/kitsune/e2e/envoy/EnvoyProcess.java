package dev.kitsune.e2e.envoy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One running Envoy. Closing it ends this process and no other. */
public final class EnvoyProcess implements AutoCloseable {
    private static final int LINES_SHOWN = 15;

    private final String name;
    private final Process process;
    private final EnvoyAdmin admin;
    private final Path log;

    private EnvoyProcess(String name, Process process, EnvoyAdmin admin, Path log) {
        this.name = name;
        this.process = process;
        this.admin = admin;
        this.log = log;
    }

    /**
     * Starts an Envoy and does not wait for it.
     *
     * @param name for messages and for its files in {@code folder}
     * @param bootstrap as YAML
     * @param adminPort the one that the bootstrap names
     */
    public static EnvoyProcess start(Path binary, String name, String bootstrap, int adminPort, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        Path config = folder.resolve(name + ".yaml");
        Path log = folder.resolve(name + ".log");
        Files.writeString(config, bootstrap);
        // Without hot restart it needs no shared memory, so any number of them run side by side.
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--config-path",
                        config.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "warning")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new EnvoyProcess(name, process, new EnvoyAdmin(adminPort), log);
    }

    /**
     * Waits until it serves.
     *
     * @throws EnvoyDiedException when it ends instead, or takes too long
     */
    public EnvoyProcess awaitReady(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!admin.isReady()) {
            if (!process.isAlive()) {
                throw died("ended with code " + process.exitValue() + " before it was ready.");
            }
            if (System.nanoTime() > deadline) {
                throw died("is not ready after " + atMost.toSeconds() + " s.");
            }
            // Wakes at once when it dies.
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        return this;
    }

    /** Fails with an {@link EnvoyDiedException} when it does not run any more. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw died("ended with code " + process.exitValue() + ".");
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

    /** Everything that it logged. */
    public String log() throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    /** Ends it at once. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
                log.toString());
    }
}
