package dev.kitsune.envoy.gate;

import io.envoyproxy.pgv.validate.Validate.KnownRegex;
import io.envoyproxy.pgv.validate.Validate.StringRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Constraints on texts. */
final class TextRule {
    private static final Pattern HEADER_NAME = Pattern.compile(":?[0-9A-Za-z!#$%&'*+.^_|~`-]++");
    private static final Pattern HEADER_VALUE = Pattern.compile("[^\\x00-\\x08\\x0A-\\x1F\\x7F]*+");
    private static final Pattern ONE_LINE = Pattern.compile("[^\\x00\\x0A\\x0D]*+");
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private TextRule() {}

    static void check(StringRules rules, String text, List<String> broken) {
        if (rules.getIgnoreEmpty() && text.isEmpty()) {
            return;
        }
        length(rules, text, broken);
        if (rules.hasPattern()
                && !PATTERNS.computeIfAbsent(rules.getPattern(), Pattern::compile)
                        .matcher(text)
                        .find()) {
            broken.add("a text that matches " + rules.getPattern());
        }
        if (rules.hasPrefix() && !text.startsWith(rules.getPrefix())) {
            broken.add("a text that begins with " + rules.getPrefix());
        }
        if ((rules.getInCount() > 0 && !rules.getInList().contains(text))
                || rules.getNotInList().contains(text)) {
            broken.add("another text");
        }
        if (rules.getWellKnownRegex() != KnownRegex.UNKNOWN) {
            known(rules, text, broken);
        }
    }

    private static void length(StringRules rules, String text, List<String> broken) {
        int characters = text.codePointCount(0, text.length());
        if (characters < rules.getMinLen()) {
            broken.add("at least " + rules.getMinLen() + " characters");
        } else if (rules.hasMaxLen() && characters > rules.getMaxLen()) {
            broken.add("at most " + rules.getMaxLen() + " characters, not " + characters);
        }
        if (rules.hasMaxBytes() || rules.hasMinBytes()) {
            int bytes = text.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < rules.getMinBytes()) {
                broken.add("at least " + rules.getMinBytes() + " bytes");
            } else if (rules.hasMaxBytes() && bytes > rules.getMaxBytes()) {
                broken.add("at most " + rules.getMaxBytes() + " bytes, not " + bytes);
            }
        }
    }

    private static void known(StringRules rules, String text, List<String> broken) {
        boolean strict = !rules.hasStrict() || rules.getStrict();
        boolean name = rules.getWellKnownRegex() == KnownRegex.HTTP_HEADER_NAME;
        Pattern pattern = !strict ? ONE_LINE : name ? HEADER_NAME : HEADER_VALUE;
        // A separate rule on the length decides whether a name may be empty.
        if (!text.isEmpty() && !pattern.matcher(text).matches()) {
            broken.add(name ? "the name of a header" : "a text without control characters");
        }
    }
}
