package dev.kitsune.model.rule;

import java.util.List;

/** A rule with its variables put in: every predicate must hold. */
public record Rule(List<Predicate> predicates) {
    public Rule {
        predicates = List.copyOf(predicates);
    }

    /** One condition on a request. */
    public sealed interface Predicate {}

    /** The host without its port, in lower case. */
    public record Host(String host) implements Predicate {}

    /** The whole path, without the query. */
    public record Path(String path) implements Predicate {}

    /** The beginning of the path: {@code /a} holds for {@code /a}, {@code /a/b} and not for {@code /ab}. */
    public record PathPrefix(String prefix) implements Predicate {}

    /** The method, in upper case. */
    public record Method(String method) implements Predicate {}

    /** A header with exactly this value; the name in lower case. */
    public record Header(String name, String value) implements Predicate {}

    /** A query parameter with exactly this value. */
    public record Query(String name, String value) implements Predicate {}
}
