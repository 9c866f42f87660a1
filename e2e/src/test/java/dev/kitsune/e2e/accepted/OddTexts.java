package dev.kitsune.e2e.accepted;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Generates texts that some part of the system could misinterpret. */
final class OddTexts {
    static final List<String> USUAL = List.of("a", "Hello", "x1", "shop", "b-2", "1.5");

    static final List<String> ODD = List.of(
            "",
            " ",
            "%",
            "%%",
            "50% off",
            "%REQ(x-a)%",
            "%UNKNOWN_COMMAND%",
            "%REQ(",
            "a%2Fb",
            "a%00b",
            "\u0000",
            "a\u0001b",
            "a\tb",
            "a\r\nb: c",
            "\u007f",
            "\u0085",
            "\u00a0x",
            " lead",
            "trail ",
            "Grüße",
            "日本語",
            "\ud83d\ude00",
            "\ufeffx",
            "a\"b",
            "a'b",
            "a\\b",
            "a`b",
            "\\1",
            "$1",
            "{x}",
            "{x:[a-z]+}",
            "}{",
            "{{.Vars.x}}",
            "[a",
            "(?i)a",
            ".*",
            "*",
            "*.a",
            "a?b=c",
            "a#b",
            "a b",
            "a/../b",
            "//",
            "/",
            "a,b",
            ",",
            "a;b=c",
            "a=b&c",
            "::1",
            "[::1]",
            "127.0.0.1",
            "1e400",
            "-",
            "h".repeat(63),
            "h".repeat(64),
            "h".repeat(254),
            "h".repeat(300),
            "%".repeat(5_000),
            "ü".repeat(4_095),
            "l".repeat(8_193),
            "l".repeat(16_385),
            "l".repeat(70_000));

    /** The characters of random texts. */
    private static final List<String> PIECES = List.of(
            "a", "Z", "0", "%", "\"", "'", "\\", "/", ":", "ü", " ", "{", "}", "$", "|", "(", ")", "*", "\u0001");

    private OddTexts() {}

    static String any(Draw draw) {
        if (!draw.odd()) {
            return draw.from(USUAL);
        }
        return draw.one(4)
                ? IntStream.range(0, 1 + draw.number(6))
                        .mapToObj(i -> draw.from(PIECES))
                        .collect(Collectors.joining())
                : draw.from(ODD);
    }

    /** Returns the name of a header. */
    static String header(Draw draw) {
        return draw.from(
                List.of("X-A", "x-b", "Authorization", "content-type"),
                List.of(
                        "x%y",
                        "x%REQ(a)%",
                        "x'y",
                        "x\"y",
                        "x_y",
                        "x|y",
                        "`x`",
                        "$x",
                        "#x",
                        "*",
                        "x ü",
                        "x y",
                        "x:y",
                        ":path",
                        ":x",
                        "",
                        "host",
                        "Host",
                        "te",
                        "content-length",
                        "transfer-encoding",
                        "connection",
                        "cookie",
                        "set-cookie",
                        "baggage",
                        "x-request-id",
                        "x-forwarded-for",
                        "x-forwarded-proto",
                        "x-envoy-retry-on",
                        "x-envoy-original-url",
                        "x-envoy-upstream-rq-timeout-ms",
                        "kitsune-scope",
                        "kitsune-var-v0",
                        "grpc-timeout",
                        "x".repeat(127),
                        "x".repeat(128),
                        "x".repeat(20_000)));
    }
}
