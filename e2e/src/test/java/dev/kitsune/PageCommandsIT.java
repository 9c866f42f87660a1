package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the pages, with other ports, print the output of the pages, except for times. */
class PageCommandsIT {
    private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ANSWERED = Pattern.compile("(curl .*?) +# (.*)");
    private static final Pattern PORT = Pattern.compile("\\b\\d{4,5}\\b");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"context.md", "expiry.md", "releases.md"})
    void commandsPrintWhatThePageSays(String page) throws Exception {
        List<String> lines = lines(Files.readString(Path.of("..", "docs", page)));
        StringBuilder script = prelude();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            script.append(line.startsWith("curl ") ? promise(answer(lines.get(i + 1))) : "")
                    .append(line)
                    .append('\n');
        }
        List<String> promised = lines.stream()
                .filter(line -> line.startsWith("# "))
                .map(PageCommandsIT::answer)
                .toList();
        assertThat(promised).isNotEmpty();

        assertThat(timeless(run(script.toString()))).isEqualTo(timeless(promised));
    }

    /** Output that is only for reading is not compared. This test sets ports that the README leaves to the defaults. */
    @Test
    void theFirstVirtualEnvironmentOfTheReadmeWorks() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        StringBuilder script = prelude();
        List<String> promised = new ArrayList<>();
        for (String line :
                lines(readme.substring(readme.indexOf("## Your first"), readme.indexOf("## Repository layout")))) {
            Matcher curl = ANSWERED.matcher(line);
            if (curl.matches()) {
                promised.add(curl.group(2));
                script.append(promise(curl.group(2))).append(curl.group(1)).append('\n');
            } else if (!line.startsWith("ENVOY=")) {
                script.append(line.replace("$ENVOY", "envoy")
                                .replaceFirst("^\\./kitsune (check|explain)(.*)", "kitsune $1$2 >&2")
                                .replace(
                                        "./kitsune serve", "kitsune serve --xds 127.0.0.1:18000 --http 127.0.0.1:18001")
                                .replace("./kitsune bootstrap", "kitsune bootstrap --xds 127.0.0.1:18000"))
                        .append('\n');
            }
        }
        assertThat(promised).hasSize(3);

        assertThat(run(script.toString())).isEqualTo(promised);
    }

    @Test
    void noProcessOfAScriptWritesIntoItsFolderAfterItsEnd() throws Exception {
        StringBuilder script = prelude().append("""
                slow() { # it takes its time to end, as a server does
                  trap 'sleep 0.5; echo last > written; exit' TERM
                  echo ready > written
                  while :; do sleep 0.1; done
                }
                slow &
                until [ -s written ]; do sleep 0.1; done
                """);

        run(script.toString());

        assertThat(folder.resolve("written")).hasContent("last");
    }

    /** Repeats a request until the page's answer arrives, because Envoys get a change a moment later than commands. */
    private static StringBuilder prelude() {
        return new StringBuilder("""
            set -eu
            trap 'kill $(jobs -p); wait' EXIT # what has no parent any more cannot be waited for
            kitsune() {
              case "$1" in
                serve) exec %1$s dev.kitsune.Kitsune "$@" ;; # in the background, where killing a shell would leave it
                release|rollback) %1$s dev.kitsune.Kitsune "$@" 2>&1 ;;
                *) %1$s dev.kitsune.Kitsune "$@" ;;
              esac
            }
            envoy() { exec %2$s "$@"; }
            promised() {
              for try in $(seq 50); do
                said=$("${@:2}" --max-time 30)
                [ "$said" = "$1" ] && break || sleep 0.1
              done
              echo "$said"
            }
            """.formatted(java(), EnvoyBinary.find(System.err::println)));
    }

    /** Returns all lines of the page's commands. */
    private static List<String> lines(String page) {
        return BLOCK.matcher(page)
                .results()
                .flatMap(block -> block.group(1).lines())
                .toList();
    }

    private static String promise(String answer) {
        return "promised '" + answer.replace("'", "'\\''") + "' ";
    }

    private static String answer(String line) {
        return line.substring("# ".length());
    }

    private static String timeless(List<String> lines) {
        return lines.stream().map(line -> TIME.matcher(line).replaceAll("TIME")).collect(Collectors.joining("\n"));
    }

    private List<String> run(String script) throws IOException, InterruptedException {
        try (LoopbackPorts ports = new LoopbackPorts()) {
            Map<String, String> places = new HashMap<>();
            for (String port : List.of("7001", "8080", "9901", "9902", "18000", "18001", "19100", "19200")) {
                places.put(port, Integer.toString(ports.next()));
            }
            String placed = PORT.matcher(script).replaceAll(port -> places.getOrDefault(port.group(), port.group()));
            Path err = folder.resolve("err");
            ProcessBuilder bash = new ProcessBuilder("bash", "-c", placed)
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(err.toFile());
            try (ChildProcess process = ChildProcess.of(bash.start(), err)) {
                process.awaitEnd(Duration.ofMinutes(2));
                assertThat(process.isAlive()).as("it runs; %s", process.log()).isFalse();
                assertThat(process.exitCode()).as(process.log()).isZero();
            }
            return Files.readAllLines(folder.resolve("out"));
        }
    }

    private static String java() {
        return "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -cp '"
                + System.getProperty("java.class.path") + "'";
    }
}
