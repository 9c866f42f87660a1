package dev.kitsune.model.route;

import com.google.re2j.Pattern;
import dev.kitsune.model.route.Placeholders.Malformed;
import dev.kitsune.model.rule.Rule;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An argument with the values of its variables: fixed text, and placeholders that match a part of a request.
 *
 * @param pieces in their order
 */
record Argument(List<Piece> pieces) {
    /** A sample of the text that a placeholder matches, for checks of the fixed text around it. */
    private static final String FILLED = "x";

    Argument {
        pieces = List.copyOf(pieces);
    }

    /** Fixed text or a hole. */
    sealed interface Piece {}

    /** Text as it is. */
    record Fixed(String text) implements Piece {}

    /**
     * A placeholder.
     *
     * @param regex the pattern in RE2's syntax; empty for the default at its place
     */
    record Hole(String regex) implements Piece {}

    boolean hasHoles() {
        return pieces.stream().anyMatch(Hole.class::isInstance);
    }

    /** Returns the text with a letter in place of every placeholder. */
    String sample() {
        return pieces.stream()
                .map(piece -> piece instanceof Fixed fixed ? fixed.text() : FILLED)
                .collect(Collectors.joining());
    }

    Argument map(UnaryOperator<String> change) {
        return new Argument(pieces.stream()
                .map(piece -> piece instanceof Fixed fixed ? new Fixed(change.apply(fixed.text())) : piece)
                .toList());
    }

    /** Returns the argument without a trailing slash, unless it consists only of the slash. */
    Argument withoutTrailingSlash() {
        if (pieces.isEmpty() || !(pieces.get(pieces.size() - 1) instanceof Fixed last)) {
            return this;
        }
        String text = last.text();
        int end = text.length();
        int least = pieces.size() == 1 ? 1 : 0;
        while (end > least && text.charAt(end - 1) == '/') {
            end--;
        }
        List<Piece> kept = pieces.subList(0, pieces.size() - 1);
        return new Argument(Stream.concat(kept.stream(), Stream.of(new Fixed(text.substring(0, end))))
                .toList());
    }

    /**
     * Returns the matcher for a part of a request.
     *
     * @param usual the pattern of a placeholder without a regex
     * @param excluded the characters that are never in that part, which no placeholder matches
     */
    Rule.TextMatcher text(String usual, String excluded) throws Malformed {
        if (!hasHoles()) {
            return new Rule.Exact(sample());
        }
        StringBuilder regex = new StringBuilder();
        int literals = 0;
        for (Piece piece : pieces) {
            if (piece instanceof Fixed fixed) {
                regex.append(Pattern.quote(fixed.text()));
                literals += fixed.text().length();
            } else {
                String hole = ((Hole) piece).regex();
                regex.append("(?:")
                        .append(hole.isEmpty() ? usual : PlaceholderPattern.within(hole, excluded))
                        .append(')');
            }
        }
        return new Rule.Pattern(regex.toString(), literals);
    }
}
