package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Dependency.Retries;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads the dependencies of a component version. */
final class DependencyReader {
    /** Safe for every request, because in both cases the target has received nothing of it. */
    private static final List<String> SAFE = List.of("connect-failure", "refused-stream");

    /** Envoy's, but for those that need more than a name. */
    private static final List<String> CONDITIONS = List.of(
            "5xx",
            "cancelled",
            "connect-failure",
            "deadline-exceeded",
            "envoy-ratelimited",
            "gateway-error",
            "internal",
            "refused-stream",
            "reset",
            "reset-before-request",
            "resource-exhausted",
            "retriable-4xx",
            "unavailable");

    private DependencyReader() {}

    static Map<String, Dependency> dependencies(Cursor c) {
        return c.map(Grammar.COMPONENT, d -> d.fields(DependencyReader::dependency));
    }

    private static Dependency dependency(Fields f) {
        DependencyType type = f.required("type").oneOf(DependencyType.class);
        if (f.has("listen") && f.has("type") && type == DependencyType.Component) {
            f.at("listen").invalid("no local port for a component, because only TCP adapters take listen");
        }
        return new Dependency(
                type,
                f.optional("timeout", DependencyReader::timeout),
                f.optional("retries", c -> c.fields(DependencyReader::retries)),
                f.optional("listen", c -> c.integer(1, 65_535)));
    }

    private static Duration timeout(Cursor c) {
        Duration timeout = c.duration();
        String plain = c.plain();
        if (timeout.isZero() && plain != null && DurationText.parse(plain) != null) {
            c.invalid("more than zero (for no timeout, remove the field)");
        }
        return timeout;
    }

    private static Retries retries(Fields f) {
        return new Retries(
                f.optional("attempts", c -> c.integer(0, 10), 1),
                // To a reader of YAML 1.1, such as kubectl's, the key `on` is the boolean true.
                f.optional(f.has("true") ? "true" : "on", c -> c.list(DependencyReader::condition), SAFE));
    }

    /** A status code is a number by nature, so it needs no quotes. */
    private static String condition(Cursor c) {
        String plain = c.plain();
        String text = plain != null && PlainScalar.of(plain) == PlainScalar.NUMBER ? plain : c.text();
        if (!text.matches("[1-5][0-9][0-9]") && !CONDITIONS.contains(text) && !c.isList() && !c.isMapping()) {
            c.invalid("a status code, or one of " + String.join(", ", CONDITIONS));
        }
        return text;
    }
}
