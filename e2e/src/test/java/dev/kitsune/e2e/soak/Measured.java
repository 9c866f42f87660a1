package dev.kitsune.e2e.soak;

import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.xds.ServeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds after a round.
 *
 * @param heap the bytes that are in use after a full collection
 * @param threads the threads that live
 * @param descriptors the open files and sockets; 0 where the system does not show them
 */
record Measured(long heap, long threads, long descriptors) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern THREADS = Pattern.compile("(?m)^jvm_threads_live_threads (\\S+)");

    /** {@code folder}: for what the JDK's tool prints */
    static Measured of(ServeProcess serve, Path folder) throws IOException, InterruptedException {
        // It collects all garbage before it counts.
        long heap = number(TOTAL, histogram(serve.pid(), folder));
        return new Measured(heap, number(THREADS, serve.get("/metrics")), descriptors(serve.pid()));
    }

    private static String histogram(long pid, Path folder) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try (ChildProcess tool = ChildProcess.start(
                List.of(jcmd.toString(), Long.toString(pid), "GC.class_histogram"), folder.resolve("histogram"))) {
            tool.awaitEnd(PATIENCE);
            return tool.log();
        }
    }

    private static long number(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> (long) Double.parseDouble(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + pattern + " in:\n" + text));
    }

    private static long descriptors(long pid) throws IOException {
        Path open = Path.of("/proc", Long.toString(pid), "fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(open)) {
            return all.count();
        }
    }
}
