package dev.kitsune.model.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Reading any text returns data, and never throws an exception. */
class AnyTextTest {
    private static final String VALID = everyKind();

    @Property(tries = 500)
    void arbitraryTextIsRead(@ForAll String text) {
        isRead(text);
    }

    @Property(tries = 1_000)
    void textOfYamlSyntaxIsRead(@ForAll("yamlish") String text) {
        isRead(text);
    }

    @Property(tries = 1_000)
    void mutatedDocumentsAreRead(@ForAll("mutations") String text) {
        isRead(text);
    }

    private static void isRead(String text) {
        ReadResult result = ManifestReader.read("a.yaml", text);

        assertThat(result.problems()).allSatisfy(p -> {
            assertThat(p.position().line()).isPositive();
            assertThat(p.position().column()).isPositive();
            assertThat(p.toString()).doesNotContain("\n");
        });
    }

    @Provide
    Arbitrary<String> yamlish() {
        return Arbitraries.of(
                        ":",
                        ": ",
                        "\n",
                        "  ",
                        "- ",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        "&a ",
                        "*a",
                        "!",
                        "|",
                        ">",
                        "'",
                        "\"",
                        "?",
                        "#",
                        "---\n",
                        "\t",
                        "%",
                        "apiVersion: kitsune.dev/v1alpha1\n",
                        "kind: Platform\n",
                        "spec: ",
                        "<<",
                        "~")
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> mutations() {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(
                        "", ":", "\n", "{", "]", "*a", "&a ", "null", "---\n", "\"", "9".repeat(300), "a: [", "!!int "),
                Arbitraries.strings().ofMaxLength(5));
        Arbitrary<Integer> at = Arbitraries.integers().between(0, VALID.length());
        return Combinators.combine(at, Arbitraries.integers().between(0, 40), piece)
                .as((start, length, text) ->
                        VALID.substring(0, start) + text + VALID.substring(Math.min(VALID.length(), start + length)));
    }

    private static String everyKind() {
        try (InputStream in = AnyTextTest.class.getResourceAsStream("every-kind.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
