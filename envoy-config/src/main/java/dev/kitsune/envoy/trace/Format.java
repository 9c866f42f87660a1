package dev.kitsune.envoy.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Envoy's format strings, as far as Kitsune writes them: text, {@code %%} and commands. */
final class Format {
    private static final Pattern COMMAND = Pattern.compile("%(?:%|([A-Z_]+)(?:\\(([^)]*)\\))?%)");

    private Format() {}

    /** Returns the value of a command; empty for a missing one. */
    @FunctionalInterface
    interface CommandValues {
        Optional<String> of(String command, String argument);
    }

    /** Returns the values of a request and of the metadata of its route. */
    static CommandValues of(RequestHeaders request, Map<String, Struct> ofRoute) {
        return of(request, ofRoute, Map.of());
    }

    /** {@code left}: the request's metadata from scripts, by namespace and key */
    static CommandValues of(RequestHeaders request, Map<String, Struct> ofRoute, Map<String, String> left) {
        return (command, argument) -> switch (command) {
            case "REQ" -> request.first(argument.toLowerCase(Locale.ROOT));
            // Only Envoy's own answers use it, for requests that the trace never handles.
            case "RESPONSE_CODE_DETAILS" -> Optional.empty();
            case "METADATA" -> metadata(argument, ofRoute);
            case "DYNAMIC_METADATA" -> Optional.ofNullable(left.get(argument));
            case "COALESCE" -> firstOf(argument, of(request, ofRoute, left));
            default -> throw KnownFields.unknown("%" + command + "%");
        };
    }

    /** Formats an added header. A missing value is empty. */
    static String header(String format, CommandValues values) {
        return apply(format, values, "");
    }

    /** Formats a text for people. A missing value is a hyphen. */
    static String text(String format, CommandValues values) {
        return apply(format, values, "-");
    }

    /** {@code {"operators": [{"command": "REQ", "param": "name"}, ...]}} */
    private static Optional<String> firstOf(String json, CommandValues values) {
        Struct.Builder parsed = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json, parsed);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a format that we made is not well formed", e);
        }
        return parsed.getFieldsOrThrow("operators").getListValue().getValuesList().stream()
                .map(operator -> operator.getStructValue())
                .flatMap(operator -> values
                        .of(
                                operator.getFieldsOrThrow("command").getStringValue(),
                                operator.getFieldsOrThrow("param").getStringValue())
                        .stream())
                .findFirst();
    }

    /** {@code ROUTE:namespace:key} */
    private static Optional<String> metadata(String argument, Map<String, Struct> ofRoute) {
        String[] path = argument.split(":", -1);
        if (path.length != 3 || !path[0].equals("ROUTE")) {
            throw KnownFields.unknown("%METADATA(" + argument + ")%");
        }
        return Optional.ofNullable(ofRoute.get(path[1]))
                .map(struct -> struct.getFieldsMap().get(path[2]))
                .map(value -> value.getStringValue());
    }

    private static String apply(String format, CommandValues values, String missing) {
        Function<Matcher, String> one = found -> found.group(1) == null
                ? "%"
                : values.of(found.group(1), found.group(2) == null ? "" : found.group(2))
                        .orElse(missing);
        Matcher matcher = COMMAND.matcher(format);
        return matcher.replaceAll(result -> Matcher.quoteReplacement(one.apply(matcher)));
    }
}
