package dev.kitsune.e2e.trace;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names the parts of a rule, which are counted. */
final class Rules {
    private static final List<String> KINDS = List.of("Host", "Path", "PathPrefix", "Method", "Header", "Query", "All");

    private Rules() {}

    static Set<String> tags(String rule) {
        return Stream.of(
                        KINDS.stream().filter(kind -> rule.contains(kind + "(")),
                        Stream.of("&&", "||", "!").filter(rule::contains),
                        Stream.of("variable").filter(v -> rule.contains("{{")),
                        Stream.of("placeholder").filter(v -> rule.matches(".*[^{]\\{[a-z].*")))
                .flatMap(tags -> tags)
                .map(tag -> "taken: " + tag)
                .collect(Collectors.toSet());
    }
}
