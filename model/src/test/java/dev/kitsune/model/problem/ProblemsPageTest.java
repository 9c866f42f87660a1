package dev.kitsune.model.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProblemsPageTest {
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| \\S.*\\|");

    @Test
    void theDocumentationHasEveryCodeWithItsSeverityInOrder() throws IOException {
        // Tests run in their module's folder.
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "problems.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(ProblemCode.values())
                        .map(code -> code + " " + code.severity().name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
