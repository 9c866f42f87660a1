package dev.kitsune.model.rule;

import java.util.List;

/**
 * A rule with the values of its variables. Every predicate must match. A rule without predicates matches every request.
 */
public record Rule(List<Predicate> predicates) {
    public Rule {
        predicates = List.copyOf(predicates);
    }

    /** One condition on a request. */
    public sealed interface Predicate {}

    /** The host without its port. It is case-insensitive, and exact text is in lower case. */
    public record Host(TextMatcher host) implements Predicate {
        public Host(String host) {
            this(new Exact(host));
        }
    }

    /** The whole path, without the query. */
    public record Path(TextMatcher path) implements Predicate {
        public Path(String path) {
            this(new Exact(path));
        }
    }

    /** The beginning of the path: {@code /a} matches {@code /a} and {@code /a/b}, but not {@code /ab}. */
    public record PathPrefix(TextMatcher prefix) implements Predicate {
        public PathPrefix(String prefix) {
            this(new Exact(prefix));
        }
    }

    /** The method, in upper case. */
    public record Method(String method) implements Predicate {}

    /** A header with this value; the name in lower case. */
    public record Header(String name, TextMatcher value) implements Predicate {
        public Header(String name, String value) {
            this(name, new Exact(value));
        }
    }

    /** No line of this header; the name in lower case. */
    public record NoHeader(String name) implements Predicate {}

    /** A query parameter with this value among its values, compared as it is written in the URL. */
    public record Query(String name, TextMatcher value) implements Predicate {
        public Query(String name, String value) {
            this(name, new Exact(value));
        }
    }

    /** Matches if the other predicate does not. */
    public record Not(Predicate predicate) implements Predicate {}

    /** A matcher for a part of a request. */
    public sealed interface TextMatcher {
        /** Whether a text matches. */
        boolean fits(String other);
    }

    /** Exactly this text. */
    public record Exact(String text) implements TextMatcher {
        @Override
        public boolean fits(String other) {
            return text.equals(other);
        }
    }

    /**
     * Any text that matches.
     *
     * @param regex in RE2's syntax, for the whole text
     * @param literals the number of characters that are fixed: the pattern with more of them is the more specific one
     */
    public record Pattern(String regex, int literals) implements TextMatcher {
        @Override
        public boolean fits(String other) {
            return com.google.re2j.Pattern.matches(regex, other);
        }
    }
}
