package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the content of an image or an archive: the jar of {@code xds-server} and its runtime class path. */
class ShippedIT {
    private static final Path BUILT = Path.of("..", "xds-server", "target");

    @TempDir
    private Path folder;

    private static List<Path> classPath() throws IOException {
        List<Path> jars = new ArrayList<>();
        try (Stream<Path> built = Files.list(BUILT)) {
            built.filter(file -> file.getFileName().toString().matches("kitsune-xds-server-.*(?<!-tests)\\.jar"))
                    .forEach(jars::add);
        }
        assertThat(jars).as("the jar of the module").hasSize(1);
        for (String library : Splitter.on(File.pathSeparatorChar).split(Files.readString(BUILT.resolve("classpath")))) {
            jars.add(Path.of(library));
        }
        return jars;
    }

    private static List<String> ours() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path library : classPath()) {
            try (JarFile jar = new JarFile(library.toFile())) {
                jar.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.contains("kitsune") || library.startsWith(BUILT))
                        .forEach(names::add);
            }
        }
        return names;
    }

    @Test
    void holdsNoTestServerNoBenchmarkNoInstallerAndNoDemo() throws Exception {
        assertThat(ours())
                .contains("dev/kitsune/Kitsune.class", "dev/kitsune/xds/cli/ServeCommand.class")
                .noneMatch(name -> name.matches("dev/kitsune/(e2e|bench)/.*|(demo|bench)/.*"))
                .noneMatch(name -> name.matches(
                        ".*/\\w*(Demo|Mesh|EnvoyPackage|PythonPackage|EchoApp|Bench|Test|IT)(\\W[^/]*)?\\.class"));
        assertThat(classPath())
                .extracting(library -> library.getFileName().toString())
                .noneMatch(
                        name -> name.matches("(kitsune-(e2e|benchmarks)|junit|assertj|awaitility|jqwik|archunit).*"));
    }

    @Test
    void itsHelpListsTheShippedCommandsAndNoDemo() throws Exception {
        String help = run(0, "--help");

        assertThat(help)
                .contains("Usage: kitsune", "serve", "translate", "bootstrap")
                .doesNotContainIgnoringCase("demo");
        assertThat(run(2, "demo")).contains("there is no command 'demo'");
        assertThat(run(0, "completion", "bash")).contains("serve").doesNotContainIgnoringCase("demo");
    }

    private String run(int code, String... arguments) throws Exception {
        List<String> jars = classPath().stream().map(Path::toString).toList();
        Path printed = folder.resolve("printed");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, jars),
                "dev.kitsune.Kitsune"));
        command.addAll(List.of(arguments));
        try (ChildProcess process = ChildProcess.start(command, printed)) {
            process.awaitEnd(Duration.ofSeconds(60));
            assertThat(process.isAlive()).as("it runs").isFalse();
            assertThat(process.exitCode()).as(process.log()).isEqualTo(code);
            return process.log();
        }
    }
}
