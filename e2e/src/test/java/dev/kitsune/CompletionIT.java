package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kitsune.e2e.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads the output of {@code kitsune completion bash} into a real bash, and checks its completions. */
class CompletionIT {
    private static final String FILES = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: cart-fix, namespace: shop}
            spec: {parent: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: cart-trial, namespace: shop}
            spec: {parent: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec: {app: shop, components: {cart: {version: c1}, catalog: {version: k1}, web: {version: w1}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-1, namespace: shop}
            spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 19101}]}
            """;

    /** The keys after a line. Readline inserts all completions (M-*), and the line is shown instead of run. */
    private static final String SHOWN = "\u001b*\u0001echo OFFERED \n";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path temp;

    @BeforeAll
    static void install() throws Exception {
        Files.writeString(Files.createDirectory(temp.resolve("envs")).resolve("shop.yaml"), FILES);
        Path program = temp.resolve("kitsune");
        Files.writeString(program, """
                #!/bin/sh
                exec "%s" -cp "%s" dev.kitsune.Kitsune "$@"
                """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "completion", "bash")
                .redirectOutput(temp.resolve("completion").toFile())
                .redirectError(temp.resolve("err").toFile());
        try (ChildProcess completion = ChildProcess.of(builder.start(), temp.resolve("err"))) {
            completion.awaitEnd(PATIENCE);
            assertThat(completion.isAlive()).as("it runs").isFalse();
            assertThat(completion.exitCode()).as(completion.log()).isZero();
        }
    }

    /** Returns the line with all completions at its end. */
    private String completed(String line) throws IOException, InterruptedException {
        Path offered = temp.resolve("offered");
        ProcessBuilder bash = new ProcessBuilder("bash", "--norc", "--noprofile", "-i")
                .directory(temp.toFile())
                .redirectOutput(offered.toFile())
                .redirectError(temp.resolve("shown").toFile());
        // The shell neither reads nor writes files of the user who runs the test.
        bash.environment().putAll(Map.of("HOME", temp.toString(), "HISTFILE", "/dev/null", "INPUTRC", "/dev/null"));
        Process started = bash.start();
        try (ChildProcess shell = ChildProcess.of(started, temp.resolve("shown"))) {
            try (OutputStream typed = started.getOutputStream()) {
                typed.write(("source ./completion\n" + line + SHOWN).getBytes(StandardCharsets.UTF_8));
            }
            shell.awaitEnd(PATIENCE);
            assertThat(shell.isAlive()).as("it runs").isFalse();
        }
        String out = Files.readString(offered);
        assertThat(out).startsWith("OFFERED ./kitsune");
        return out.substring("OFFERED ./kitsune".length()).strip();
    }

    @Test
    void theNamesOfTheFolderAreCompleted() throws Exception {
        assertThat(completed("./kitsune explain --dir envs --env "))
                .isEqualTo("explain --dir envs --env cart-fix cart-trial main");
        assertThat(completed("./kitsune explain --dir=envs --env=cart-t"))
                .isEqualTo("explain --dir=envs --env=cart-trial");
        assertThat(completed("./kitsune explain --dir envs --env=")).endsWith("--env=cart-fix cart-trial main");
        assertThat(completed("./kitsune explain --dir envs --from ca")).endsWith("--from cart catalog");
        assertThat(completed("./kitsune translate --dir envs --app ")).endsWith("--app shop");
        assertThat(completed("./kitsune translate --dir envs --id ")).endsWith("--id cart-1");
        assertThat(completed("./kitsune diff main --dir envs cart-")).endsWith("envs cart-fix cart-trial");
        assertThat(completed("./kitsune release --dir envs m")).endsWith("envs main");
        assertThat(completed("./kitsune env show --dir envs cart-")).endsWith("envs cart-fix cart-trial");
        assertThat(completed("./kitsune env create new --dir envs --parent m")).endsWith("--parent main");
    }

    @Test
    void otherArgumentsAreCompletedAsUsual() throws Exception {
        assertThat(completed("./kitsune expl")).isEqualTo("explain");
        assertThat(completed("./kitsune env cre")).isEqualTo("env create");
        assertThat(completed("./kitsune explain --dir envs --ur")).endsWith("--url");
        assertThat(completed("./kitsune explain --dir en")).endsWith("--dir envs");
        assertThat(completed("./kitsune translate --dir envs --type sco")).endsWith("--type scopes");
        assertThat(completed("./kitsune history --dir envs -o ")).endsWith("-o json table yaml");
        assertThat(completed("./kitsune nam"))
                .as("users do not call the command that prints the names")
                .isEqualTo("nam");
    }

    @Test
    void withoutAFolderThereAreNoNames() throws Exception {
        assertThat(completed("./kitsune explain --env ")).isEqualTo("explain --env");
        assertThat(completed("./kitsune explain --dir elsewhere --env m")).endsWith("--env m");
        assertThat(completed("./kitsune release --dir envs main --app shop=")).endsWith("--app shop=");
    }

    @Test
    void fishCompletesTheSame() throws Exception {
        assumeTrue(isInstalled("fish"), "fish is not installed");

        assertThat(fish(
                        "kitsune expl",
                        "kitsune explain --dir envs --env ",
                        "kitsune explain --dir=envs --from ca",
                        "kitsune env sh",
                        "kitsune env show --dir envs cart-",
                        "kitsune env list -o j",
                        "kitsune check en"))
                .containsExactly(
                        "explain",
                        "cart-fix cart-trial main",
                        "cart catalog",
                        "show",
                        "cart-fix cart-trial",
                        "json",
                        "envs/");
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Returns what fish offers for the last word of each line. */
    private static List<String> fish(String... lines) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("./kitsune completion fish | source\n");
        for (String line : lines) {
            script.append("string join ' ' (complete -C '").append(line).append("' | string replace -r '\\t.*' '')\n");
        }
        Path offered = temp.resolve("offered-by-fish");
        ProcessBuilder fish = new ProcessBuilder("fish", "--no-config", "-c", script.toString())
                .directory(temp.toFile())
                .redirectOutput(offered.toFile())
                .redirectError(temp.resolve("shown").toFile());
        fish.environment().put("HOME", temp.toString());
        fish.environment().put("PATH", temp + File.pathSeparator + System.getenv("PATH"));
        try (ChildProcess shell = ChildProcess.of(fish.start(), temp.resolve("shown"))) {
            shell.awaitEnd(PATIENCE);
            assertThat(shell.isAlive()).as("it runs").isFalse();
        }
        return Files.readAllLines(offered);
    }
}
