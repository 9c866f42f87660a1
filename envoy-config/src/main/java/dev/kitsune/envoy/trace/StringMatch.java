package dev.kitsune.envoy.trace;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Locale;
import java.util.Set;

/** Envoy's StringMatcher. A regular expression is for the whole text. */
final class StringMatch {
    private static final Set<String> FIELDS =
            Set.of("exact", "prefix", "suffix", "contains", "safe_regex", "ignore_case");

    private StringMatch() {}

    static boolean holds(StringMatcher matcher, String text) {
        KnownFields.only(matcher, FIELDS);
        boolean ignoring = matcher.getIgnoreCase();
        String value = fold(text, ignoring);
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> value.equals(fold(matcher.getExact(), ignoring));
            case PREFIX -> value.startsWith(fold(matcher.getPrefix(), ignoring));
            case SUFFIX -> value.endsWith(fold(matcher.getSuffix(), ignoring));
            case CONTAINS -> value.contains(fold(matcher.getContains(), ignoring));
            case SAFE_REGEX -> regex(matcher.getSafeRegex().getRegex(), text);
            default -> throw KnownFields.unknown("a matcher of text without a pattern");
        };
    }

    static boolean regex(String regex, String text) {
        return Pattern.compile(regex).matches(text);
    }

    static String words(StringMatcher matcher) {
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> "be " + matcher.getExact();
            case PREFIX -> "begin with " + matcher.getPrefix();
            case SUFFIX -> "end with " + matcher.getSuffix();
            case CONTAINS -> "contain " + matcher.getContains();
            default -> "match " + matcher.getSafeRegex().getRegex();
        };
    }

    private static String fold(String text, boolean ignoring) {
        return ignoring ? text.toLowerCase(Locale.ROOT) : text;
    }
}
