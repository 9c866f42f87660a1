package dev.kitsune.e2e.scenario;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;

/**
 * One change of a valid text, at one word or sign.
 *
 * @param at the position of the word, in millionths of the text's words
 * @param other another position, in the same unit
 */
record Mutation(Kind kind, int at, int other, String piece) {
    private static final Pattern WORD = Pattern.compile("[\\w./-]+|\\S|\\n *");

    private static final List<String> PIECES = List.of(
            "%",
            "{{.Vars.greeting}}",
            "{{.Secrets.stripeKey}}",
            "{{",
            "}}",
            "`",
            "||",
            "!",
            "(",
            "null",
            "~",
            "[]",
            "{}",
            "-1",
            "99999999999999999999",
            "1e400",
            "\"\\0\"",
            "\"\\r\\n\"",
            "\"\\ud83d\"",
            "\"\u00e9\u4e16\"",
            "{n:(}",
            "{n:[a-z]{2,999}}",
            "Host(`a`)",
            "*",
            "&a",
            "*a",
            "<<: *a",
            "true",
            "9999999d",
            "0s",
            "::1",
            "[::1]:80",
            "http://",
            "https://a:99999/%zz?x=%",
            "a".repeat(300),
            "Always",
            "Stable",
            "shop",
            "main",
            "cart",
            "dev",
            "---\n",
            "\t",
            "");

    /** The kinds of changes. */
    enum Kind {
        REPLACE,
        QUOTE,
        INSERT,
        DELETE,
        SWAP,
        COPY
    }

    static Arbitrary<Mutation> any() {
        Arbitrary<Integer> place =
                Arbitraries.integers().between(0, 999_999).withDistribution(RandomDistribution.uniform());
        return Combinators.combine(Arbitraries.of(Kind.class), place, place, Arbitraries.of(PIECES))
                .as(Mutation::new);
    }

    String applied(String text) {
        List<MatchResult> words = WORD.matcher(text).results().toList();
        if (words.isEmpty()) {
            return piece;
        }
        MatchResult word = words.get((int) ((long) at * words.size() / 1_000_000));
        MatchResult another = words.get((int) ((long) other * words.size() / 1_000_000));
        return switch (kind) {
            case REPLACE -> with(text, word, piece);
            case QUOTE -> with(text, word, "'" + piece + "'");
            case INSERT -> with(text, word, piece + word.group());
            case DELETE -> with(text, word, "");
            case COPY -> with(text, word, another.group());
            case SWAP ->
                word.start() < another.start()
                        ? with(with(text, another, word.group()), word, another.group())
                        : with(with(text, word, another.group()), another, word.group());
        };
    }

    private static String with(String text, MatchResult at, String instead) {
        return text.substring(0, at.start()) + instead + text.substring(at.end());
    }
}
