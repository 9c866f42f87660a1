package dev.kitsune.model.rule;

import java.util.List;

/** A rule with its variables put in: every predicate must hold. One without predicates holds for every request. */
public record Rule(List<Predicate> predicates) {
    public Rule {
        predicates = List.copyOf(predicates);
    }

    /** One condition on a request. */
    public sealed interface Predicate {}

    /** The host without its port; capitals make no difference, and exact text is in lower case. */
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

    /** The beginning of the path: {@code /a} holds for {@code /a}, {@code /a/b} and not for {@code /ab}. */
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

    /** Holds where the other does not. */
    public record Not(Predicate predicate) implements Predicate {}

    /** What a part of a request must be. */
    public sealed interface TextMatcher {
        /** Whether a text is what it must be. */
        boolean fits(String other);
    }

    /** This, and nothing else. */
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
     * @param literals the number of characters that are fixed: of two patterns the one with more is the more specific
     */
    public record Pattern(String regex, int literals) implements TextMatcher {
        @Override
        public boolean fits(String other) {
            return com.google.re2j.Pattern.matches(regex, other);
        }
    }
}
