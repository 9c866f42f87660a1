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
import java.util.stream.Stream;

/**
 * A program that was started here, with its log. {@link #close} ends it and all that it started. It never outlives this JVM's
 * orderly end.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Duration END = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 5;

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
        return of(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** A program that somebody has just started, with the file that gets what it has to say. */
    public static ChildProcess of(Process started, Path log) {
        RUNNING.add(started);
        return new ChildProcess(started, log);
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

    /** Asks it to end, as a supervisor does. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Ends it as a crash does, with all that it started, and returns when none of them runs. What still runs writes into
     * folders that are deleted next.
     */
    public void kill() {
        List<ProcessHandle> family = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        family.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
            RUNNING.remove(process);
            awaitEnd(family);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd(List<ProcessHandle> family) throws InterruptedException {
        long deadline = System.nanoTime() + END.toNanos();
        while (family.stream().anyMatch(ChildProcess::runs)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("these do not end: "
                        + family.stream().filter(ChildProcess::runs).toList() + " (log: " + log + ")");
            }
            // Nobody but its parent, which is gone, is told of its end.
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** One that has ended without a parent stays in the table of processes for a while, but it has no command any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    @Override
    public void close() {
        kill();
    }
}
