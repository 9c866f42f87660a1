package dev.kitsune.model.template;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The functions of templates. */
public enum Function {
    /** All arguments, concatenated, in Base64. */
    BASE64(1, Integer.MAX_VALUE, "base64 VALUE..."),
    /** The second argument, or the first where the second is not set or empty. */
    DEFAULT(2, 2, "default \"text\" VALUE"),
    /** All arguments, concatenated and percent-encoded. */
    URLQUERY(1, Integer.MAX_VALUE, "urlquery VALUE..."),
    /** The elements of the second argument, an array, with the first between them. */
    JOIN(2, 2, "join \"separator\" ARRAY");

    private final int fewest;
    private final int most;
    private final String usage;

    Function(int fewest, int most, String usage) {
        this.fewest = fewest;
        this.most = most;
        this.usage = usage;
    }

    boolean takes(int arguments) {
        return arguments >= fewest && arguments <= most;
    }

    String usage() {
        return usage;
    }

    /** Returns the name in a template. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Function> of(String word) {
        return Arrays.stream(values()).filter(f -> f.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Function::word).toList();
    }
}
