package dev.kitsune.envoy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envoy refuses the whole route configuration if one answer has more than 4,096 bytes. */
class AnswerTextTest {
    private static final int LONGEST = 4_096;

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void aTextWithSixtyMissingVariablesIsCutAfterAWholeSentence() {
        List<String> sentences = IntStream.range(0, 60)
                .mapToObj(i -> "variable %02d-%s is required and has no value".formatted(i, "v".repeat(80)))
                .toList();

        String text = AnswerText.joined("shop/cart@v1: ", sentences);

        int shown = (int) sentences.stream().filter(text::contains).count();
        assertThat(shown).isBetween(30, 59);
        assertThat(text)
                .isEqualTo("shop/cart@v1: " + String.join("; ", sentences.subList(0, shown)) + "; and " + (60 - shown)
                        + " more: `kitsune check`");
        assertThat(bytes(text)).isLessThanOrEqualTo(LONGEST);
    }

    @Test
    void aTextThatFitsIsNotCut() {
        assertThat(AnswerText.joined("shop/cart@v1: ", List.of("a", "b"))).isEqualTo("shop/cart@v1: a; b");
        assertThat(AnswerText.fitting("a".repeat(LONGEST))).isEqualTo("a".repeat(LONGEST));
    }

    @Test
    void aSentenceThatIsTooLongIsReplacedByACount() {
        assertThat(AnswerText.joined("x: ", List.of("a".repeat(5_000)))).isEqualTo("x: and 1 more: `kitsune check`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ü", "日", "\ud83d\ude00"})
    void noCharacterIsSplit(String character) {
        String text = AnswerText.fitting(character.repeat(4_097));

        assertThat(bytes(text)).isBetween(LONGEST - 3, LONGEST);
        assertThat(text.replace(character, "")).isEqualTo("...");
    }
}
