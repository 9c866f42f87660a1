package dev.kitsune.model.read;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as users write them: {@code 300s}, {@code 72h}, {@code 1h30m}, {@code 500ms}. */
public final class DurationText {
    public static final String WORDS = "a duration such as 300s, 1h30m, 30d or 500ms, at most 36500d";

    private static final Duration MAX = Duration.ofDays(36500);
    private static final Pattern GRAMMAR = Pattern.compile(
            "(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");

    private DurationText() {}

    /** Null for a text that is not a duration. */
    public static @Nullable Duration parse(String text) {
        Matcher m = GRAMMAR.matcher(text);
        if (text.isEmpty() || !m.matches()) {
            return null;
        }
        Duration sum = Duration.ofDays(part(m, 1))
                .plusHours(part(m, 2))
                .plusMinutes(part(m, 3))
                .plusSeconds(part(m, 4))
                .plusMillis(part(m, 5));
        return sum.compareTo(MAX) > 0 ? null : sum;
    }

    /** Text that {@link #parse} reads, in as few units as possible. */
    public static String of(Duration duration) {
        StringBuilder text = new StringBuilder();
        part(text, duration.toDays(), "d");
        part(text, duration.toHoursPart(), "h");
        part(text, duration.toMinutesPart(), "m");
        part(text, duration.toSecondsPart(), "s");
        part(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void part(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }

    private static long part(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
