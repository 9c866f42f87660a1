package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The result of a command that ran in a process of its own, with a kubeconfig. */
record CommandProcess(int exitCode, String out, String err) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static CommandProcess of(Path kubeconfig, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dkubeconfig=" + kubeconfig,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.kitsune.Kitsune"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("kitsune-", ".out");
        Path err = Files.createTempFile("kitsune-", ".err");
        Process started = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try (ChildProcess process = ChildProcess.of(started, err)) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs").isFalse();
            return new CommandProcess(process.exitCode(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
