package dev.kitsune.e2e.accepted;

import java.util.List;

/** Generates rules of the whole language, and similar texts. */
final class OddRules {
    private static final List<String> HOSTS = List.of("a.localhost", "{t}.localhost", "{{.Vars.v0}}.localhost");
    private static final List<String> ODD_HOSTS = List.of(
            "*.localhost",
            "{t:.*}",
            "{t:[a-z]+}.{u}",
            "A.LOCALHOST.",
            "a.localhost:80",
            "127.0.0.1",
            "[::1]",
            "ü.localhost",
            "{{.Vars.v1}}",
            "{t:a|b|}x",
            "a..b");
    private static final List<String> PATHS = List.of("/a", "/", "/a/b", "/x/{n:[0-9]+}", "/{{.Vars.v0}}");
    private static final List<String> ODD_PATHS = List.of(
            "/a%2Fb",
            "/%",
            "/{{.Vars.v1}}",
            "/a b",
            "/a//b",
            "/./..",
            "a",
            "/a\\b",
            "/{n:a{0,1000}}",
            "/{n:(a|b){500}}",
            "/{n:((((a{10}){10}){10}){10})}",
            "/{n:\\pL+}",
            "/{n:\\p{Greek}}",
            "/{n:[\\x{10FFFF}]}",
            "/{n:\\x{41}}",
            "/{n:[^a]}",
            "/{n:(?i:a)}",
            "/{n:(?P<q>a)}",
            "/{n:\\Qa}",
            "/{n:^a$}",
            "/{n:\\bA\\B}",
            "/{n:[[:alpha:]]}",
            "/{n:.*?}",
            "/{n:a**}",
            "/{n:)}",
            "/{n:\\C}",
            "/{n:[\\d\\s\\W]}",
            "/{n:[a-]}",
            "/{n:[]a]}",
            "/{n:\\-\\/\\.}",
            "/{n:\\07\\0}",
            "/{n:(?s).}",
            "/{n:\\z}",
            "/{n:|a}",
            "/{n:()}",
            "/ü",
            "/" + "p".repeat(8_000),
            "/" + "p".repeat(9_000),
            "/{a}{b}{c}{d}{e}{f}");
    private static final List<String> METHODS = List.of("GET", "POST");
    private static final List<String> ODD_METHODS =
            List.of("get", "CONNECT", "", "G T", "X%", "M'", "OPTIONS", "M".repeat(300));

    private OddRules() {}

    static String any(Draw draw) {
        return switch (draw.number(draw.odd() ? 7 : 3)) {
            case 0, 1 -> predicate(draw);
            case 2 -> predicate(draw) + " && " + predicate(draw);
            case 3 -> predicate(draw) + " && !" + predicate(draw);
            case 4 -> "!(" + predicate(draw) + " || " + predicate(draw) + ")";
            case 5 -> predicate(draw) + " || " + predicate(draw) + " || " + predicate(draw) + " && " + predicate(draw);
            default -> "((" + predicate(draw) + " && " + predicate(draw);
        };
    }

    private static String predicate(Draw draw) {
        return switch (draw.number(7)) {
            case 0 -> "Host(`" + draw.from(HOSTS, ODD_HOSTS) + "`)";
            case 1 -> "Path(`" + draw.from(PATHS, ODD_PATHS) + "`)";
            case 2 -> "PathPrefix(`" + draw.from(PATHS, ODD_PATHS) + "`)";
            case 3 -> "Method(`" + draw.from(METHODS, ODD_METHODS) + "`)";
            case 4 -> "Header(`" + OddTexts.header(draw) + "`, `" + value(draw) + "`)";
            case 5 -> "Query(`" + (draw.odd() ? OddTexts.any(draw) : "q") + "`, `" + value(draw) + "`)";
            default -> "PathPrefix(`/" + OddTexts.any(draw) + "`)";
        };
    }

    private static String value(Draw draw) {
        if (draw.one(4)) {
            String path = draw.from(PATHS, ODD_PATHS);
            return path.substring(path.startsWith("/") ? 1 : 0);
        }
        return OddTexts.any(draw);
    }
}
