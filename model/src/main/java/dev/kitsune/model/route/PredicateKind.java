package dev.kitsune.model.route;

import dev.kitsune.model.rule.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The predicates that a rule can use, and what their arguments may be. */
public enum PredicateKind {
    HOST("Host", "Host(`shop.example`)"),
    PATH("Path", "Path(`/cart`)"),
    PATH_PREFIX("PathPrefix", "PathPrefix(`/cart`)"),
    METHOD("Method", "Method(`GET`)"),
    HEADER("Header", "Header(`name`, `value`)"),
    QUERY("Query", "Query(`name`, `value`)"),
    ALL("All", "All()");

    private static final Pattern HOST_NAME = Pattern.compile(
            "[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?)*+|\\[[0-9a-f:.]+]");
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]++");
    private static final Pattern PATH_TEXT = Pattern.compile("/[!-~&&[^?#]]*+");
    private static final Pattern ONE_LINE = Pattern.compile("[^\\r\\n\\x00]*+");

    /** Envoy runs it for every request that comes that far. */
    private static final int LARGEST_PATTERN = 2_000;

    /** What an open place in a path takes. */
    private static final String SEGMENT = "[^/]+";

    private final String word;
    private final String usage;

    PredicateKind(String word, String usage) {
        this.word = word;
        this.usage = usage;
    }

    /** A predicate, or why its arguments make none. */
    sealed interface Made {
        /** Right arguments. */
        record Predicate(Rule.Predicate predicate) implements Made {}

        /** It holds for every request. */
        record Always() implements Made {}

        /** Wrong arguments. */
        record Refused(String sentence) implements Made {}
    }

    static Optional<PredicateKind> of(String word) {
        return Arrays.stream(values()).filter(k -> k.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(k -> k.word).toList();
    }

    String usage() {
        return usage;
    }

    int arity() {
        return switch (this) {
            case ALL -> 0;
            case HOST, PATH, PATH_PREFIX, METHOD -> 1;
            case HEADER, QUERY -> 2;
        };
    }

    /** Whether its argument may have placeholders: names and methods are what they are. */
    boolean opens(int argument) {
        return argument == arity() - 1 && this != METHOD;
    }

    /** {@code arguments}: as many as {@link #arity} says, variables put in */
    Made make(List<Argument> arguments) {
        for (Argument argument : arguments) {
            if (argument.hasHoles()
                    && argument.text(".") instanceof Rule.Pattern pattern
                    && com.google.re2j.Pattern.compile(pattern.regex()).programSize() > LARGEST_PATTERN) {
                return new Made.Refused(word + ": the pattern is too large (" + LARGEST_PATTERN
                        + " steps of RE2 are allowed): repeat less in it");
            }
        }
        if (this == ALL) {
            return new Made.Always();
        }
        Argument first = arguments.get(0);
        return switch (this) {
            case HOST -> {
                Argument host = first.map(text -> text.toLowerCase(Locale.ROOT));
                String sample = host.sample();
                yield sample.length() <= 253 && HOST_NAME.matcher(sample).matches()
                        ? new Made.Predicate(new Rule.Host(host.text("[^.:]+")))
                        : refused("a host name without a port", sample);
            }
            case PATH ->
                PATH_TEXT.matcher(first.sample()).matches()
                        ? new Made.Predicate(new Rule.Path(first.text(SEGMENT)))
                        : refused("a path that begins with \"/\", without query and spaces", first.sample());
            case PATH_PREFIX ->
                PATH_TEXT.matcher(first.sample()).matches()
                        ? new Made.Predicate(
                                new Rule.PathPrefix(first.withoutTrailingSlash().text(SEGMENT)))
                        : refused("a path that begins with \"/\", without query and spaces", first.sample());
            case METHOD -> {
                String method = first.sample().toUpperCase(Locale.ROOT);
                yield TOKEN.matcher(method).matches()
                        ? new Made.Predicate(new Rule.Method(method))
                        : refused("an HTTP method", first.sample());
            }
            case HEADER -> {
                String name = first.sample().toLowerCase(Locale.ROOT);
                yield TOKEN.matcher(name).matches()
                        ? value(arguments.get(1), value -> new Rule.Header(name, value))
                        : refused("the name of a header", first.sample());
            }
            default ->
                first.sample().isEmpty()
                        ? refused("the name of a query parameter", first.sample())
                        : value(arguments.get(1), value -> new Rule.Query(first.sample(), value));
        };
    }

    private Made value(Argument argument, Function<Rule.Text, Rule.Predicate> predicate) {
        return ONE_LINE.matcher(argument.sample()).matches()
                ? new Made.Predicate(predicate.apply(argument.text(".+")))
                : refused("a value of one line", argument.sample());
    }

    private Made refused(String expected, String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        String line = shown.replaceAll("\\p{Cntrl}", "?");
        return new Made.Refused(word + " expects " + expected + ", such as " + usage + ", not \"" + line + "\"");
    }
}
