package dev.kitsune.e2e.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A program that was started here, with its log. It is ended by {@link #close}, and never outlives this JVM's orderly end. */
public final class ChildProcess implements AutoCloseable {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // Ctrl-C ends the JVM without a word to the threads that would have closed them.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a program whose both outputs go to {@code log}. */
    public static ChildProcess start(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RUNNING.add(process);
        return new ChildProcess(process, log);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Once it has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Returns at once when it ends, else after that time. */
    public void awaitEnd(Duration atMost) throws InterruptedException {
        process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    public Path logFile() {
        return log;
    }

    /** Everything that it printed. */
    public String log() throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    /** Ends it as a crash does, and waits for that. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
            RUNNING.remove(process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
