package dev.kitsune.xds.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.resolve.Resolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every invalid example of docs/problems.md has its problem, and every valid one has none. */
class ProblemExamplesTest {
    /** These problems depend on an earlier state, or on the time. */
    private static final Set<String> WITHOUT_EXAMPLE =
            Set.of("DeadlineExceeded", "DeletionHeld", "EmptyFolder", "Expired", "ExpiringCertificate", "KitsuneFault");

    private static final String PUBLIC_KEYS = """
            {"keys": [{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
              "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}
            """;
    private static final Pattern SECTION =
            Pattern.compile("^### (\\w+)\\n(.*?)(?=^### |\\z)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern DOCUMENT = Pattern.compile("^---\\n", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private static String page() throws IOException {
        // Tests run in their module's folder.
        return Files.readString(Path.of("..", "docs", "problems.md"));
    }

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        SECTION.matcher(page()).results().forEach(s -> sections.put(s.group(1), s.group(2)));
        return sections;
    }

    private static String block(String text, String kind) {
        return Pattern.compile("```yaml " + kind + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.joining("---\n"));
    }

    static Stream<String> codesWithExamples() throws IOException {
        return sections().keySet().stream().filter(code -> !WITHOUT_EXAMPLE.contains(code));
    }

    @Test
    void everyCodeHasASectionInOrder() throws IOException {
        assertThat(sections().keySet())
                .containsExactlyElementsOf(
                        Arrays.stream(ProblemCode.values()).map(Enum::name).toList());
    }

    @ParameterizedTest
    @MethodSource("codesWithExamples")
    void theInvalidExampleHasTheProblemAndTheValidOneHasNone(String code) throws IOException {
        String section = sections().getOrDefault(code, "");

        assertThat(problems(block(section, "bad")))
                .extracting(p -> p.code().name())
                .contains(code);
        assertThat(problems(block(section, "good"))).isEmpty();
    }

    private List<Problem> problems(String example) throws IOException {
        assertThat(example).isNotEmpty();
        Set<ObjectKey> replaced = keys(example);
        String shop = Arrays.stream(DOCUMENT.split(block(page(), "shop")))
                .filter(document -> keys(document).stream().noneMatch(replaced::contains))
                .collect(Collectors.joining("---\n"));
        Files.writeString(folder.resolve("shop.yaml"), shop);
        Files.writeString(folder.resolve("example.yaml"), example);
        secret("stripe/token", "of no worth");
        secret("tokens/jwks.json", PUBLIC_KEYS);
        return Resolver.resolve(FolderSource.readOnce(folder)).problems();
    }

    private void secret(String path, String value) throws IOException {
        Path file = folder.resolve("secrets").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value);
    }

    private static Set<ObjectKey> keys(String documents) {
        return ManifestReader.read("keys", documents).manifests().stream()
                .map(m -> m.key())
                .collect(Collectors.toSet());
    }
}
