package dev.kitsune.model.route;

import dev.kitsune.model.rule.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The predicates that a rule can use, and what their arguments may be. */
public enum PredicateKind {
    HOST("Host", "Host(`shop.example`)"),
    PATH("Path", "Path(`/cart`)"),
    PATH_PREFIX("PathPrefix", "PathPrefix(`/cart`)"),
    METHOD("Method", "Method(`GET`)"),
    HEADER("Header", "Header(`name`, `value`)"),
    QUERY("Query", "Query(`name`, `value`)");

    private static final Pattern HOST_NAME = Pattern.compile(
            "[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?)*+|\\[[0-9a-f:.]+]");
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]++");
    private static final Pattern PATH_TEXT = Pattern.compile("/[!-~&&[^?#]]*+");
    private static final Pattern ONE_LINE = Pattern.compile("[^\\r\\n\\x00]*+");

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
        return this == HEADER || this == QUERY ? 2 : 1;
    }

    /** {@code arguments}: as many as {@link #arity} says, variables put in */
    Made make(List<String> arguments) {
        String first = arguments.get(0);
        return switch (this) {
            case HOST -> {
                String host = first.toLowerCase(Locale.ROOT);
                yield host.length() <= 253 && HOST_NAME.matcher(host).matches()
                        ? new Made.Predicate(new Rule.Host(host))
                        : refused("a host name without a port", first);
            }
            case PATH ->
                PATH_TEXT.matcher(first).matches()
                        ? new Made.Predicate(new Rule.Path(first))
                        : refused("a path that begins with \"/\", without query and spaces", first);
            case PATH_PREFIX ->
                PATH_TEXT.matcher(first).matches()
                        ? new Made.Predicate(new Rule.PathPrefix(withoutTrailingSlash(first)))
                        : refused("a path that begins with \"/\", without query and spaces", first);
            case METHOD -> {
                String method = first.toUpperCase(Locale.ROOT);
                yield TOKEN.matcher(method).matches()
                        ? new Made.Predicate(new Rule.Method(method))
                        : refused("an HTTP method", first);
            }
            case HEADER -> {
                String name = first.toLowerCase(Locale.ROOT);
                if (!TOKEN.matcher(name).matches()) {
                    yield refused("the name of a header", first);
                }
                yield ONE_LINE.matcher(arguments.get(1)).matches()
                        ? new Made.Predicate(new Rule.Header(name, arguments.get(1)))
                        : refused("a value of one line", arguments.get(1));
            }
            case QUERY ->
                first.isEmpty()
                        ? refused("the name of a query parameter", first)
                        : ONE_LINE.matcher(arguments.get(1)).matches()
                                ? new Made.Predicate(new Rule.Query(first, arguments.get(1)))
                                : refused("a value of one line", arguments.get(1));
        };
    }

    /** A prefix ends at a slash or at the end of the path, so a trailing one says nothing; {@code /} holds for all. */
    private static String withoutTrailingSlash(String prefix) {
        String path = prefix;
        while (path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path;
    }

    private Made refused(String expected, String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        String line = shown.replaceAll("\\p{Cntrl}", "?");
        return new Made.Refused(word + " expects " + expected + ", such as " + usage + ", not \"" + line + "\"");
    }
}
