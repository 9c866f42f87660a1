package dev.kitsune.e2e.trace;

import java.util.List;
import java.util.Random;

/** Generates rules of the whole language from few words, so that requests with the same words match them. */
final class RuleGenerator {
    private static final List<List<String>> PREDICATES = List.of(
            List.of(
                    "Host(`h0.localhost`)",
                    "Host(`h1.localhost`)",
                    "Host(`{t}.localhost`)",
                    "Host(`{t:h[02]}.localhost`)"),
            List.of("Host(`{{.Vars.host}}`)"),
            List.of("Path(`/a`)", "Path(`/`)", "Path(`/a/b`)", "Path(`/x/{n:[0-9]+}`)", "Path(`/k/{n:a|b}/{m}`)"),
            List.of("Path(`/s/{{.Vars.shards}}`)", "Path(`/{{.Vars.sub}}`)", "Path(`/big/{{.Vars.num}}`)"),
            List.of(
                    "PathPrefix(`/`)",
                    "PathPrefix(`/a`)",
                    "PathPrefix(`/a/`)",
                    "PathPrefix(`/k/{n:a|b}`)",
                    "PathPrefix(`/x`)"),
            List.of("PathPrefix(`/{{.Vars.sub}}`)"),
            List.of("Method(`GET`)", "Method(`POST`)", "Method(`DELETE`)"),
            List.of(
                    "Header(`x-a`, `1`)",
                    "Header(`x-a`, `{v:[12]}`)",
                    "Header(`x-b`, `50% off`)",
                    "Header(`x-b`, `{any}`)"),
            List.of("Header(`x-b`, `{{.Vars.sub}}`)"),
            List.of("Query(`v`, `1`)", "Query(`v`, `{n:[0-9]+}`)", "Query(`w`, `{{.Vars.sub}}`)"),
            List.of("All()"));

    private final Random random;

    RuleGenerator(Random random) {
        this.random = random;
    }

    String rule() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> predicate();
            case 2, 3 -> predicate() + " && " + predicate();
            case 4 -> predicate() + " && (" + predicate() + " || " + predicate() + ")";
            case 5 -> predicate() + " || " + predicate() + " && " + predicate();
            case 6 -> predicate() + " && !" + predicate();
            default -> predicate() + " && !(" + predicate() + " || " + predicate() + ")";
        };
    }

    private String predicate() {
        return Pick.from(Pick.from(PREDICATES, random), random);
    }
}
