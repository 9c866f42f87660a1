package dev.kitsune.model.read;

import java.util.Set;
import java.util.regex.Pattern;

/** The types of unquoted scalars, for Kitsune and for other YAML parsers. */
enum PlainScalar {
    /** Text to everyone. */
    TEXT("text"),
    NOTHING("nothing"),
    NULL("null"),
    BOOLEAN("a boolean"),
    /** A number as JSON writes them, by its digits. */
    NUMBER("a number"),
    /** Text here, and something else to YAML 1.1, YAML 1.2 or Kubernetes: {@code yes}, {@code 0x1f}, {@code 2026-01-31}. */
    DISPUTED("text");

    private static final Set<String> NULLS = Set.of("~", "null", "Null", "NULL");
    private static final Set<String> BOOLEANS = Set.of("true", "True", "TRUE", "false", "False", "FALSE");
    private static final Set<String> OLD_BOOLEANS =
            Set.of("y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF");
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][-+]?[0-9]++)?");
    private static final Pattern OTHER_NUMBER = Pattern.compile("[-+]?("
            + "0b[01_]++|0o[0-7_]++|0x[0-9a-fA-F_]++"
            + "|[0-9][0-9_]*+(\\.[0-9_]*+)?([eE][-+]?[0-9]++)?"
            + "|\\.[0-9][0-9_]*+([eE][-+]?[0-9]++)?"
            + "|[0-9][0-9_]*+(:[0-5]?[0-9]){1,9}(\\.[0-9_]*+)?"
            + "|\\.(inf|Inf|INF))|\\.(nan|NaN|NAN)");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \\t].*+)?", Pattern.DOTALL);

    private final String words;

    PlainScalar(String words) {
        this.words = words;
    }

    /** For "found ..." in a message. */
    String words() {
        return words;
    }

    static PlainScalar of(String text) {
        if (text.isEmpty()) {
            return NOTHING;
        }
        if (NULLS.contains(text)) {
            return NULL;
        }
        if (BOOLEANS.contains(text)) {
            return BOOLEAN;
        }
        if (JSON_NUMBER.matcher(text).matches()) {
            return NUMBER;
        }
        boolean disputed = OLD_BOOLEANS.contains(text)
                || OTHER_NUMBER.matcher(text).matches()
                || DATE.matcher(text).matches();
        return disputed ? DISPUTED : TEXT;
    }
}
