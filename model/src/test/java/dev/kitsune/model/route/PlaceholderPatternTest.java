package dev.kitsune.model.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.kitsune.model.route.Placeholders.Malformed;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PlaceholderPatternTest {
    private static final String EXCLUDED = "?&";

    @Test
    void excludedCharactersAreRemovedFromAClass() throws Malformed {
        assertThat(PlaceholderPattern.within("a.b", "?")).isEqualTo("a[^\\x0a\\x3f]b");
        assertThat(PlaceholderPattern.within("[>-A]+", "?")).isEqualTo("[\\x3e\\x40-A]+");
        assertThat(PlaceholderPattern.within("[^/]", "?")).isEqualTo("[^\\x2f\\x3f]");
        assertThat(PlaceholderPattern.within("\\d{2}", "?")).isEqualTo("\\d{2}");
    }

    @Test
    void aPatternOfExcludedCharactersMatchesNothing() {
        for (String regex : List.of("\\?", "[?]", "\\x3f", "a\\x{3F}")) {
            assertThatThrownBy(() -> PlaceholderPattern.within(regex, "?"))
                    .as(regex)
                    .isInstanceOf(Malformed.class)
                    .hasMessageContaining("is never in this part of a request");
        }
    }

    /**
     * The rewritten pattern matches the same texts without these characters as the original one. It matches no text
     * with them.
     */
    @Property(tries = 2_000)
    void rewritingTakesAwayTheExcludedCharactersAndNothingElse(
            @ForAll("patterns") String regex, @ForAll("texts") String text) {
        String rewritten;
        try {
            rewritten = PlaceholderPattern.within(regex, EXCLUDED);
        } catch (Malformed e) {
            Assume.that(false);
            return;
        }
        boolean excluded = text.chars().anyMatch(c -> EXCLUDED.indexOf(c) >= 0);
        assertThat(Pattern.matches(rewritten, text))
                .as("%s as %s over %s", regex, rewritten, text)
                .isEqualTo(!excluded && Pattern.matches(regex, text));
    }

    @Provide
    static Arbitrary<String> patterns() {
        return Arbitraries.of(
                        "a",
                        "b",
                        ".",
                        "[^a]",
                        "[!-~]",
                        "\\d",
                        "\\D",
                        "\\W",
                        "[[:punct:]]",
                        "[a?]",
                        "(",
                        ")",
                        "|",
                        "*",
                        "+",
                        "?",
                        "{2}",
                        "{0,3}",
                        "(?i)",
                        "(?:",
                        "\\.",
                        "[]a]",
                        "[^]&]",
                        "\\x41",
                        "é",
                        "\\Q",
                        "^")
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }

    @Provide
    static Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("abA1?&.-]é").ofMaxLength(4);
    }
}
