package dev.kitsune.envoy.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The header lines of a request in their order, with names in lower case and with pseudo-headers such as
 * {@code :method}.
 */
public record RequestHeaders(List<HeaderLine> lines) {
    public static final String METHOD = ":method";
    public static final String AUTHORITY = ":authority";
    public static final String PATH = ":path";
    public static final String SCHEME = ":scheme";

    /** One line. */
    public record HeaderLine(String name, String value) {
        public HeaderLine {
            name = name.toLowerCase(Locale.ROOT);
        }
    }

    public RequestHeaders {
        lines = List.copyOf(lines);
    }

    /**
     * A request as it is sent.
     *
     * @param path with its query
     */
    public static RequestHeaders of(String method, String authority, String path, List<HeaderLine> headers) {
        List<HeaderLine> all = new ArrayList<>(List.of(
                new HeaderLine(METHOD, method),
                new HeaderLine(AUTHORITY, authority),
                new HeaderLine(PATH, path),
                new HeaderLine(SCHEME, "http")));
        all.addAll(headers);
        return new RequestHeaders(all);
    }

    public boolean has(String name) {
        return lines.stream().anyMatch(line -> line.name().equals(name));
    }

    public List<String> values(String name) {
        return lines.stream()
                .filter(line -> line.name().equals(name))
                .map(HeaderLine::value)
                .toList();
    }

    /** Returns all values of a name as one text; empty if there is none. */
    public Optional<String> joined(String name) {
        List<String> values = values(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
    }

    public Optional<String> first(String name) {
        return values(name).stream().findFirst();
    }

    public String method() {
        return first(METHOD).orElse("");
    }

    public String authority() {
        return first(AUTHORITY).orElse("");
    }

    public String path() {
        return first(PATH).orElse("/");
    }

    /** Returns the headers with one more line. */
    public RequestHeaders plus(String name, String value) {
        List<HeaderLine> more = new ArrayList<>(lines);
        more.add(new HeaderLine(name, value));
        return new RequestHeaders(more);
    }

    /** Returns the headers with one value in place of all values of that name. */
    public RequestHeaders with(String name, String value) {
        List<HeaderLine> changed = new ArrayList<>();
        boolean done = false;
        for (HeaderLine line : lines) {
            if (!line.name().equals(name)) {
                changed.add(line);
            } else if (!done) {
                changed.add(new HeaderLine(name, value));
                done = true;
            }
        }
        if (!done) {
            changed.add(new HeaderLine(name, value));
        }
        return new RequestHeaders(changed);
    }

    public RequestHeaders without(String name) {
        return without(name::equals);
    }

    RequestHeaders without(Predicate<String> name) {
        return new RequestHeaders(
                lines.stream().filter(line -> !name.test(line.name())).toList());
    }
}
