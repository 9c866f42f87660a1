package dev.kitsune.e2e.cost;

import dev.kitsune.e2e.envoy.EnvoyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Counts the instructions of an Envoy's worker thread with Valgrind's tool Callgrind. */
final class Callgrind {
    private static final String COUNTS = "counts";
    private static final Pattern TOTAL = Pattern.compile("(?m)^(?:summary|totals): (\\d+)");
    private static final int SECONDS = 120;

    /** Work whose instructions are counted. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    private final Path folder;
    private final EnvoyProcess envoy;

    /** {@code folder}: that of {@link #program}, which only this Envoy uses */
    Callgrind(Path folder, EnvoyProcess envoy) {
        this.folder = folder;
        this.envoy = envoy;
    }

    /** Whether this machine has Callgrind, and allows it to run. */
    static boolean runs(Path folder) throws IOException, InterruptedException {
        try {
            run(List.of("callgrind_control", "--version"));
            run(List.of("valgrind", "--tool=callgrind", "--callgrind-out-file=" + folder.resolve("none"), "true"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns a program that runs an Envoy under Callgrind with the arguments that it gets. It counts nothing yet. */
    static Path program(Path envoy, Path folder) throws IOException {
        Path program = Files.writeString(
                Files.createDirectories(folder).resolve("envoy"),
                String.join(
                                " ",
                                "#!/bin/sh\nexec valgrind",
                                "--tool=callgrind",
                                "--instr-atstart=no",
                                "--separate-threads=yes",
                                "'--callgrind-out-file=" + folder.resolve(COUNTS) + "'",
                                "'" + envoy + "'",
                                "\"$@\"")
                        + "\n");
        if (!program.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + program + " executable");
        }
        return program;
    }

    /** Returns the instructions of the busiest thread during some work, several times. */
    List<Long> of(Work work, int times) throws IOException, InterruptedException {
        List<Long> counts = new ArrayList<>();
        control("--instr=on");
        for (int i = 0; i < times; i++) {
            control("--zero");
            work.run();
            control("--dump");
            counts.add(taken());
        }
        control("--instr=off");
        return counts;
    }

    private void control(String what) throws IOException, InterruptedException {
        envoy.requireAlive();
        run(List.of("callgrind_control", what, Long.toString(envoy.pid())));
    }

    /** Each dump has a file for each thread. */
    private long taken() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().startsWith(COUNTS))
                    .toList();
        }
        long most = 0;
        for (Path file : files) {
            Matcher total = TOTAL.matcher(Files.readString(file));
            most = Math.max(most, total.find() ? Long.parseLong(total.group(1)) : 0);
            Files.delete(file);
        }
        return most;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " does not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
        }
    }
}
