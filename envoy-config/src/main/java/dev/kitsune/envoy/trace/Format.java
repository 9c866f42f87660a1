package dev.kitsune.envoy.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Envoy's format strings, as far as Kitsune writes them: text, {@code %%} and commands. */
final class Format {
    private static final Pattern COMMAND = Pattern.compile("%(?:%|([A-Z_]+)(?:\\(([^)]*)\\))?%)");

    private Format() {}

    /** Returns the value of a command; empty for a missing one. */
    @FunctionalInterface
    interface CommandValues {
        Optional<String> of(String command, String argument);
    }

    /** Returns the values of a request that needs no others. */
    static CommandValues of(RequestHeaders request) {
        return of(request, null, Map.of());
    }

    /**
     * Returns the values of a request.
     *
     * @param table null if there is no route
     * @param left the request's metadata from scripts and filters, by namespace and key
     */
    static CommandValues of(RequestHeaders request, @Nullable RouteTable table, Map<String, String> left) {
        return (command, argument) -> switch (command) {
            case "REQ" -> request.first(argument.toLowerCase(Locale.ROOT));
            // Only Envoy's own answers use it, for requests that the trace never handles.
            case "RESPONSE_CODE_DETAILS" -> Optional.empty();
            case "METADATA" -> metadata(argument, table);
            case "DYNAMIC_METADATA" -> Optional.ofNullable(left.get(argument));
            case "COALESCE" -> firstOf(argument, of(request, table, left));
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

    /** {@code ROUTE:namespace:key} or {@code VIRTUAL_HOST:namespace:key} */
    private static Optional<String> metadata(String argument, @Nullable RouteTable table) {
        String[] path = argument.split(":", -1);
        if (path.length != 3 || !Set.of("ROUTE", "VIRTUAL_HOST").contains(path[0])) {
            throw KnownFields.unknown("%METADATA(" + argument + ")%");
        }
        return Optional.ofNullable(table)
                .map(found -> path[0].equals("ROUTE") ? found.metadata() : found.hostMetadata())
                .map(metadata -> metadata.get(path[1]))
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
