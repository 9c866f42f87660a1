package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the page of metrics and alerts with the code and with the chart. */
class MetricsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern MADE = Pattern.compile(
            "\\b(Counter\\.builder|Timer\\.builder|Gauge\\.builder|FunctionCounter\\.builder|counter|gauge)"
                    + "\\(\\s*\"(kitsune\\.[a-z.]+)\"");
    private static final Pattern WRITTEN = Pattern.compile("(?m)^\\| `(kitsune_[a-z_]+)");
    private static final Pattern SECTION = Pattern.compile("(?m)^### (\\w+)$");

    private final String page = Files.readString(ROOT.resolve("docs/metrics.md"));
    private final JsonNode rules = new YAMLMapper()
            .readTree(ROOT.resolve("charts/kitsune/files/rules.yaml").toFile());

    MetricsPageTest() throws IOException {}

    @Test
    void thePageHasEveryMetricAndNoOther() throws IOException {
        Set<String> made = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("xds-server/src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                MADE.matcher(Files.readString(file))
                        .results()
                        .map(MetricsPageTest::name)
                        .forEach(made::add);
            }
        }

        assertThat(made).hasSizeGreaterThan(10);
        assertThat(found(WRITTEN, page)).isEqualTo(made);
    }

    @Test
    void everyAlertHasASectionThatSaysWhatToDo() {
        assertThat(found(SECTION, page))
                .isEqualTo(rules.findValues("alert").stream()
                        .map(JsonNode::asText)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Returns the name that Prometheus sees. */
    private static String name(MatchResult made) {
        String name = made.group(2).replace('.', '_');
        return switch (made.group(1)) {
            case "Counter.builder", "FunctionCounter.builder", "counter" -> name + "_total";
            case "Timer.builder" -> name + "_seconds";
            default -> name;
        };
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(match.groupCount()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
