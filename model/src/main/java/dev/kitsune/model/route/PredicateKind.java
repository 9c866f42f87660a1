package dev.kitsune.model.route;

import dev.kitsune.model.route.Placeholders.Malformed;
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
    private static final Pattern QUERY_NAME = Pattern.compile("[!-~&&[^#&=]]++");
    private static final Pattern QUERY_VALUE = Pattern.compile("[!-~&&[^#&]]*+");
    private static final Pattern HEADER_VALUE = Pattern.compile("|[^\\p{Cntrl}\\s]([^\\p{Cntrl}]*[^\\p{Cntrl}\\s])?");

    /** Envoy evaluates it for every request that reaches the route. */
    private static final int LARGEST_PATTERN = 2_000;

    /** A longer argument would never match, because of Envoy's default limit on headers. */
    private static final int LONGEST_ARGUMENT = 8_192;

    /** The default pattern of a placeholder, and the characters that are never in that part of a request. */
    private static final String SEGMENT = "[^/?]+";

    private static final String NOT_IN_PATH = "?# ";
    private static final String LABEL = "[^.:]+";
    private static final String NOT_IN_HOST = ":/?# ";
    private static final String PARAMETER = "[^&]+";
    private static final String NOT_IN_QUERY = "&# ";
    private static final String LINE = ".+";

    private final String word;
    private final String usage;

    PredicateKind(String word, String usage) {
        this.word = word;
        this.usage = usage;
    }

    /** A predicate, or the reason why its arguments are invalid. */
    sealed interface PredicateOutcome {
        /** Valid arguments. */
        record ValidPredicate(Rule.Predicate predicate) implements PredicateOutcome {}

        /** It matches every request. */
        record AlwaysTrue() implements PredicateOutcome {}

        /** Invalid arguments. */
        record InvalidPredicate(String sentence) implements PredicateOutcome {}
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

    /** Whether an argument may have placeholders. Names and methods may not. */
    boolean opens(int argument) {
        return argument == arity() - 1 && this != METHOD;
    }

    /** {@code arguments}: as many as {@link #arity} says, with the values of variables */
    PredicateOutcome make(List<Argument> arguments) {
        if (this == ALL) {
            return new PredicateOutcome.AlwaysTrue();
        }
        for (Argument argument : arguments) {
            if (argument.sample().length() > LONGEST_ARGUMENT) {
                return new PredicateOutcome.InvalidPredicate(
                        word + " compares at most " + LONGEST_ARGUMENT + " characters, and this argument has "
                                + argument.sample().length());
            }
        }
        try {
            return made(arguments.get(0), arguments.get(arguments.size() - 1));
        } catch (Malformed e) {
            return new PredicateOutcome.InvalidPredicate(
                    word + ": a placeholder's regex cannot be used here: " + e.getMessage());
        }
    }

    private PredicateOutcome made(Argument first, Argument last) throws Malformed {
        return switch (this) {
            case HOST -> {
                Argument host = first.map(text -> text.toLowerCase(Locale.ROOT));
                String sample = host.sample();
                yield sample.length() <= 253 && HOST_NAME.matcher(sample).matches()
                        ? predicate(host.text(LABEL, NOT_IN_HOST), Rule.Host::new)
                        : refused("a host name without a port", sample);
            }
            case PATH ->
                PATH_TEXT.matcher(first.sample()).matches()
                        ? predicate(first.text(SEGMENT, NOT_IN_PATH), Rule.Path::new)
                        : refused("a path that begins with \"/\", without query and spaces", first.sample());
            case PATH_PREFIX ->
                PATH_TEXT.matcher(first.sample()).matches()
                        ? predicate(first.withoutTrailingSlash().text(SEGMENT, NOT_IN_PATH), Rule.PathPrefix::new)
                        : refused("a path that begins with \"/\", without query and spaces", first.sample());
            case METHOD -> {
                String method = first.sample().toUpperCase(Locale.ROOT);
                yield TOKEN.matcher(method).matches()
                        ? new PredicateOutcome.ValidPredicate(new Rule.Method(method))
                        : refused("an HTTP method", first.sample());
            }
            case HEADER -> {
                String name = first.sample().toLowerCase(Locale.ROOT);
                if (!TOKEN.matcher(name).matches()) {
                    yield refused("the name of a header", first.sample());
                }
                yield HEADER_VALUE.matcher(last.sample()).matches()
                        ? predicate(last.text(LINE, ""), value -> new Rule.Header(name, value))
                        : refused("a value of one line without a blank at its beginning or end", last.sample());
            }
            default -> {
                String name = first.sample();
                if (!QUERY_NAME.matcher(name).matches()) {
                    yield refused("the name of a query parameter, as it is written in the URL", name);
                }
                yield QUERY_VALUE.matcher(last.sample()).matches()
                        ? predicate(last.text(PARAMETER, NOT_IN_QUERY), value -> new Rule.Query(name, value))
                        : refused("a value as it is written in the URL, percent-encoded", last.sample());
            }
        };
    }

    private PredicateOutcome predicate(Rule.TextMatcher text, Function<Rule.TextMatcher, Rule.Predicate> predicate) {
        boolean large = text instanceof Rule.Pattern pattern
                && com.google.re2j.Pattern.compile(pattern.regex()).programSize() > LARGEST_PATTERN;
        return large
                ? new PredicateOutcome.InvalidPredicate(word + ": the pattern is too large (" + LARGEST_PATTERN
                        + " steps of RE2 are allowed): repeat less in it")
                : new PredicateOutcome.ValidPredicate(predicate.apply(text));
    }

    private PredicateOutcome refused(String expected, String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        String line = shown.replaceAll("\\p{Cntrl}", "?");
        return new PredicateOutcome.InvalidPredicate(
                word + " expects " + expected + ", such as " + usage + ", not \"" + line + "\"");
    }
}
