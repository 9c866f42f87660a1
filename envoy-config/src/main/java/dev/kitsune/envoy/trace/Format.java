package dev.kitsune.envoy.trace;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Envoy's format strings, as far as Kitsune writes them: text, {@code %%} and commands. */
final class Format {
    private static final Pattern COMMAND = Pattern.compile("%(?:%|([A-Z_]+)(?:\\(([^)]*)\\))?%)");
    private static final Pattern REQUEST = Pattern.compile("REQ");

    private Format() {}

    /** What a command stands for; empty for what is missing. */
    @FunctionalInterface
    interface Values {
        Optional<String> of(String command, String argument);
    }

    /** Of headers that are put on a request: what is missing leaves nothing behind. */
    static String header(String format, RequestHeaders request) {
        return apply(format, (command, argument) -> requestHeader(command, argument, request), "");
    }

    /** Of texts for people: what is missing is a hyphen. */
    static String text(String format, Values values) {
        return apply(format, values, "-");
    }

    static Optional<String> requestHeader(String command, String argument, RequestHeaders request) {
        if (!REQUEST.matcher(command).matches()) {
            throw Known.unknown("%" + command + "%");
        }
        return request.first(argument.toLowerCase(java.util.Locale.ROOT));
    }

    private static String apply(String format, Values values, String missing) {
        Function<Matcher, String> one = found -> found.group(1) == null
                ? "%"
                : values.of(found.group(1), found.group(2) == null ? "" : found.group(2))
                        .orElse(missing);
        Matcher matcher = COMMAND.matcher(format);
        return matcher.replaceAll(result -> Matcher.quoteReplacement(one.apply(matcher)));
    }
}
