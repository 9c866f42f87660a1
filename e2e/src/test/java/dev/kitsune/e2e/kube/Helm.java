package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs Helm on this repository's chart. Nothing of the user's Helm is read or written.
 *
 * @param program the command
 * @param kubeconfig of the cluster; null for none
 * @param home a folder for what Helm writes
 */
public record Helm(Path program, @Nullable Path kubeconfig, Path home) {
    /** The chart. */
    static final Path CHART = Repository.root().resolve("charts/kitsune");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What a run printed. */
    record Printed(int exitCode, String out, String err) {}

    /** Runs Helm, which must succeed, and returns what it printed. */
    String run(String... arguments) throws IOException, InterruptedException {
        Printed printed = tried(arguments);
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        return printed.out();
    }

    /** Renders the chart as a release kitsune in the namespace kitsune. */
    public String template(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "template",
                "kitsune",
                CHART.toString(),
                "--namespace",
                "kitsune",
                "--kube-version",
                KubernetesPrograms.VERSION));
        all.addAll(List.of(arguments));
        return run(all.toArray(new String[0]));
    }

    /** Runs Helm, and returns what it printed. */
    Printed tried(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment());
        try (ChildProcess process = ChildProcess.of(builder.start(), err)) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs").isFalse();
            return new Printed(
                    process.exitCode(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        }
    }

    /** The variables of an environment in which Helm and kubectl know only this cluster. */
    Map<String, String> environment() {
        return Map.of(
                "HELM_CACHE_HOME", home.resolve("cache").toString(),
                "HELM_CONFIG_HOME", home.resolve("config").toString(),
                "HELM_DATA_HOME", home.resolve("data").toString(),
                "KUBECONFIG", kubeconfig == null ? "/dev/null" : kubeconfig.toString());
    }
}
