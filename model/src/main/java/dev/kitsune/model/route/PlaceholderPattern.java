package dev.kitsune.model.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.kitsune.model.route.Placeholders.Malformed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;

/**
 * The pattern of a placeholder. It uses only syntax that has the same meaning in every RE2 implementation. It is ASCII,
 * because Envoy compares bytes. It has no anchors, because it matches a whole part of the request. It has no quotes and
 * no names of groups, because these would affect the text around it.
 */
final class PlaceholderPattern {
    private static final String CLASS_ESCAPES = "dDsSwW";

    /** The maximum number of repetitions in RE2. Nested repetitions are multiplied. */
    private static final int MOST_REPEATED = 1_000;

    private final String regex;
    private final String excluded;
    private final StringBuilder rewritten = new StringBuilder();

    /** The largest repetition in each open group. */
    private final Deque<Integer> repeated = new ArrayDeque<>();

    private int last = 1;
    private int at;

    private PlaceholderPattern(String regex, String excluded) {
        this.regex = regex;
        this.excluded = excluded;
    }

    /** Throws a sentence if a pattern cannot be used. */
    static void check(String regex) throws Malformed {
        within(regex, "");
    }

    /** Returns the same pattern without some characters, which delimit the part of the request. */
    static String within(String regex, String excluded) throws Malformed {
        if (!regex.equals(regex.strip())) {
            throw new Malformed("there is a blank before the pattern or after it: write \"" + regex.strip() + "\"");
        }
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new Malformed("it is not valid in RE2's syntax: " + e.getDescription()
                    + (e.getPattern() == null || e.getPattern().isEmpty() ? "" : ", at \"" + e.getPattern() + "\""));
        }
        PlaceholderPattern pattern = new PlaceholderPattern(regex, excluded);
        pattern.read();
        return pattern.rewritten.toString();
    }

    private void read() throws Malformed {
        repeated.push(1);
        while (at < regex.length()) {
            char c = regex.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '[' -> oneOf(classEnd());
                case '.' -> oneOf(at + 1);
                case '(' -> open();
                case ')' -> close();
                case '|' -> copy(at + 1, 1);
                case '*', '+', '?' -> copy(lazy(at + 1), last);
                case '{' -> repeat();
                case '^', '$' ->
                    throw new Malformed("a pattern always matches the whole part of the request: remove the " + c);
                default -> literal(c, at + 1);
            }
        }
    }

    private void copy(int end, int repeats) {
        rewritten.append(regex, at, end);
        at = end;
        last = repeats;
        repeated.push(Math.max(repeated.pop(), repeats));
    }

    private int lazy(int end) {
        return end < regex.length() && regex.charAt(end) == '?' ? end + 1 : end;
    }

    private void literal(char c, int end) throws Malformed {
        printable(c);
        if (excluded.indexOf(c) >= 0) {
            throw never("\"" + c + "\"");
        }
        copy(end, 1);
    }

    private static void printable(char c) throws Malformed {
        if (c < ' ' || c > '~') {
            throw new Malformed("Envoy compares bytes, so a pattern is printable ASCII: remove "
                    + (Character.isISOControl(c) ? "the control character" : "\"" + c + "\""));
        }
    }

    private Malformed never(String what) {
        return new Malformed(what + " is never in this part of a request, so the pattern matches none");
    }

    private void escape() throws Malformed {
        char c = regex.charAt(at + 1);
        if (CLASS_ESCAPES.indexOf(c) >= 0) {
            oneOf(at + 2);
        } else if (c == 'x') {
            literal(hex(at), hexEnd(at));
        } else if (c > ' ' && c < '~' && !Character.isLetterOrDigit(c)) {
            literal(c, at + 2);
        } else {
            throw unusable(c);
        }
    }

    private static Malformed unusable(char c) {
        return new Malformed("\\" + c + " is not used in placeholders: write what the part of the request must be with"
                + " ASCII characters, classes such as [0-9] and \\d, groups, | and repetitions");
    }

    /** Behind {@code \x3f} or {@code \x{3f}}, which begins at {@code i}. */
    private int hexEnd(int i) {
        return regex.charAt(i + 2) == '{' ? regex.indexOf('}', i) + 1 : i + 4;
    }

    /** The character that it stands for. */
    private char hex(int i) throws Malformed {
        int value = Integer.parseInt(regex.substring(i + 2, hexEnd(i)).replaceAll("[{}]", ""), 16);
        if (value > 0x7f) {
            throw new Malformed("Envoy compares bytes, so a pattern is ASCII: \\x goes to 7F");
        }
        return (char) value;
    }

    /** A class ends at the first bracket that is not its first character, escaped, or the end of a name such as [:digit:]. */
    private int classEnd() throws Malformed {
        int i = at + 1;
        if (regex.charAt(i) == '^') {
            i++;
        }
        int first = i;
        while (regex.charAt(i) != ']' || i == first) {
            char c = regex.charAt(i);
            if (c == '\\') {
                inClass(i);
                i += 2;
            } else if (c == '[' && regex.startsWith("[:", i) && regex.indexOf(":]", i) > 0) {
                i = regex.indexOf(":]", i) + 2;
            } else {
                printable(c);
                i++;
            }
        }
        return i + 1;
    }

    private void inClass(int i) throws Malformed {
        char c = regex.charAt(i + 1);
        if (c == 'x') {
            hex(i);
        } else if (CLASS_ESCAPES.indexOf(c) < 0 && Character.isLetterOrDigit(c)) {
            throw unusable(c);
        }
    }

    /** Copies a class of characters. If it contains excluded ones, it is rewritten without them. */
    private void oneOf(int end) throws Malformed {
        String text = regex.substring(at, end);
        Pattern one = Pattern.compile(text);
        if (excluded.chars().anyMatch(c -> takes(one, c))) {
            boolean others = takes(one, 0x80);
            int[] members = IntStream.range(0, 0x80)
                    .filter(c -> (takes(one, c) && excluded.indexOf(c) < 0) != others)
                    .toArray();
            if (members.length == 0) {
                throw never(text);
            }
            rewritten.append(others ? "[^" : "[");
            ranges(members);
            rewritten.append(']');
            at = end;
            last = 1;
        } else {
            copy(end, 1);
        }
    }

    private static boolean takes(Pattern one, int c) {
        return one.matches(Character.toString(c));
    }

    private void ranges(int[] members) {
        for (int i = 0; i < members.length; i++) {
            int from = members[i];
            while (i + 1 < members.length && members[i + 1] == members[i] + 1) {
                i++;
            }
            rewritten.append(written(from));
            if (members[i] > from) {
                rewritten.append('-').append(written(members[i]));
            }
        }
    }

    private static String written(int c) {
        return Character.isLetterOrDigit(c) ? Character.toString(c) : String.format("\\x%02x", c);
    }

    private void open() throws Malformed {
        int end = at + 1;
        if (regex.startsWith("(?", at)) {
            end = at + 2;
            while ("imsU-".indexOf(regex.charAt(end)) >= 0) {
                end++;
            }
            char closing = regex.charAt(end);
            if (closing != ':' && closing != ')') {
                throw new Malformed("a group has no name here: write (...) or (?:...)");
            }
            end++;
            if (closing == ')') {
                copy(end, 1);
                return;
            }
        }
        rewritten.append(regex, at, end);
        at = end;
        repeated.push(1);
    }

    private void close() {
        int inside = repeated.pop();
        rewritten.append(')');
        at++;
        last = inside;
        repeated.push(Math.max(repeated.pop(), inside));
    }

    private void repeat() throws Malformed {
        int end = regex.indexOf('}', at);
        String counts = end < 0 ? "" : regex.substring(at + 1, end);
        if (!counts.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
            literal('{', at + 1); // RE2 accepts it unchanged.
            return;
        }
        int comma = counts.indexOf(',');
        String bound = counts.endsWith(",") ? counts.substring(0, comma) : counts.substring(comma + 1);
        int most = Integer.parseInt(bound);
        if (most * (long) last > MOST_REPEATED) {
            throw new Malformed("it repeats more than " + MOST_REPEATED + " times: repeat less");
        }
        copy(lazy(end + 1), Math.max(1, most) * last);
    }
}
