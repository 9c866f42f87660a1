package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of a page, as they stand there but for the ports, print what it says. */
class PagesIT {
    private static final Path PAGES = Path.of("..", "docs");
    private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"context.md", "expiry.md"})
    void commandsPrintWhatThePageSays(String page) throws Exception {
        StringBuilder script = new StringBuilder("set -eu\ntrap 'kill $(jobs -p)' EXIT\n");
        script.append("kitsune() { ")
                .append(java())
                .append(" dev.kitsune.Kitsune \"$@\"; }\nenvoy() { exec ")
                .append(EnvoyBinary.find(System.err::println))
                .append(" \"$@\"; }\n");
        List<String> printed = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(PAGES.resolve(page)));
        while (block.find()) {
            String text = block.group(1);
            text.lines().filter(line -> line.startsWith("# ")).forEach(line -> printed.add(line.substring(2)));
            // Each answer ends its own line.
            script.append(text.replace("curl ", "curl --max-time 30 -w '\\n' "));
        }
        assertThat(printed).isNotEmpty();

        assertThat(run(script.toString())).isEqualTo(printed);
    }

    private List<String> run(String script) throws IOException, InterruptedException {
        try (LoopbackPorts ports = new LoopbackPorts()) {
            String placed = script;
            for (int port : List.of(8080, 9901, 18000, 18001)) {
                placed = placed.replace(Integer.toString(port), Integer.toString(ports.next()));
            }
            Process process = new ProcessBuilder("bash", "-c", placed)
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile())
                    .start();
            try {
                assertThat(process.waitFor(90, TimeUnit.SECONDS))
                        .as("it ends; %s", Files.readString(folder.resolve("err")))
                        .isTrue();
                assertThat(process.exitValue())
                        .as(Files.readString(folder.resolve("err")))
                        .isZero();
            } finally {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
            return Files.readAllLines(folder.resolve("out"));
        }
    }

    private static String java() {
        return "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -cp '"
                + System.getProperty("java.class.path") + "'";
    }
}
