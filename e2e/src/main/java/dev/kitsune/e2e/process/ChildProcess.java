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
 * A program that this JVM started, with its log. {@link #close} ends the program and its child processes. The program
 * also ends when this JVM ends normally.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Duration END = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 5;

    static {
        // Ctrl-C ends the JVM before the threads can close the processes.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a program whose standard output and error go to {@code log}. */
    public static ChildProcess start(List<String> command, Path log) throws IOException {
        return of(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** Wraps a program that was just started, with the file that receives its output. */
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

    /** Returns the exit code of a program that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Waits until the program ends, at most for the given time. */
    public void awaitEnd(Duration atMost) throws InterruptedException {
        process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    public Path logFile() {
        return log;
    }

    /** Returns the whole output. */
    public String log() throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    /** Sends a signal to end, as a supervisor does. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Ends the program and its child processes like a crash, and waits until none of them runs. A process that still
     * runs would write into folders that are deleted next.
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
                throw new IllegalStateException("these processes do not end: "
                        + family.stream().filter(ChildProcess::runs).toList() + " (log: " + log + ")");
            }
            // The end of a child process is only reported to its parent, which has ended.
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** An ended process without a parent stays in the process table for a while, but without a command. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    @Override
    public void close() {
        kill();
    }
}
