package dev.kitsune.k8s.status;

import dev.kitsune.k8s.state.StatusJson;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The status that stands in an object, as far as this package writes it.
 *
 * @param conditions by type
 * @param state distinguishes conditions, problems and environment from every other state
 * @param details distinguishes the rest, except for the number of connected proxies. That one changes for every object
 *     when a proxy comes or goes, and is written when something else is
 */
record WrittenStatus(
        Map<String, WrittenCondition> conditions, @Nullable Instant lastUsed, String state, String details) {
    private static final List<String> STATE = List.of("environment", "problems", "problemCount");
    private static final Set<String> AWAITED = Set.of(ConditionReason.Pending.name(), ConditionReason.NoProxies.name());
    private static final List<String> COUNTS = List.of("loaded", "acknowledged", "refused", "summary");

    /** {@code since}: when its status last changed; null if that cannot be read */
    record WrittenCondition(
            String status,
            String reason,
            String message,
            long observedGeneration,
            @Nullable Instant since) {
        boolean isTrue() {
            return status.equals(StatusCondition.ConditionState.True.name());
        }

        private static WrittenCondition of(Map<?, ?> written) {
            return new WrittenCondition(
                    text(written, "status"),
                    text(written, "reason"),
                    text(written, "message"),
                    written.get("observedGeneration") instanceof Number number ? number.longValue() : 0,
                    time(written.get("lastTransitionTime")));
        }
    }

    /** {@code status}: null for none */
    static WrittenStatus of(@Nullable Object status) {
        Map<?, ?> fields = status instanceof Map<?, ?> map ? map : Map.of();
        List<Map<?, ?>> listed = conditions(fields);
        Map<String, WrittenCondition> conditions = new HashMap<>();
        listed.forEach(condition -> conditions.put(text(condition, "type"), WrittenCondition.of(condition)));
        Map<String, Object> state = only(STATE, fields);
        state.put("conditions", listed);
        Map<String, Object> details = only(COUNTS, fields.get("proxies") instanceof Map<?, ?> map ? map : Map.of());
        Instant lastUsed = time(fields.get("lastUsed"));
        details.put("lastUsed", String.valueOf(lastUsed));
        return new WrittenStatus(
                Map.copyOf(conditions), lastUsed, StatusJson.digest(state), StatusJson.digest(details));
    }

    /** The API server keeps no order of its own. */
    private static List<Map<?, ?>> conditions(Map<?, ?> fields) {
        List<Map<?, ?>> conditions = new ArrayList<>();
        if (fields.get("conditions") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> condition) {
                    conditions.add(condition);
                }
            }
        }
        conditions.sort(Comparator.comparing(condition -> text(condition, "type")));
        return conditions;
    }

    private static Map<String, Object> only(List<String> names, Map<?, ?> fields) {
        Map<String, Object> kept = new HashMap<>();
        for (String name : names) {
            Object value = fields.get(name);
            if (value != null) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    private static String text(Map<?, ?> fields, String name) {
        return Objects.toString(fields.get(name), "");
    }

    private static @Nullable Instant time(@Nullable Object text) {
        try {
            return text == null ? null : Instant.parse(text.toString());
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    @Nullable
    WrittenCondition condition(ConditionType type) {
        return conditions.get(type.name());
    }

    /**
     * Whether it says of the same generation only that proxies are missing which had everything before. Proxies that
     * connect to another replica are missing for a moment.
     */
    boolean misses(WrittenStatus before) {
        WrittenCondition was = before.condition(ConditionType.Programmed);
        WrittenCondition now = condition(ConditionType.Programmed);
        return was != null
                && was.isTrue()
                && now != null
                && AWAITED.contains(now.reason())
                && withoutProxies().equals(before.withoutProxies());
    }

    private Map<String, WrittenCondition> withoutProxies() {
        Map<String, WrittenCondition> others = new HashMap<>(conditions);
        others.remove(ConditionType.Programmed.name());
        others.remove(ConditionType.Ready.name());
        return others;
    }

    /** Whether its conditions are about this generation. */
    boolean isOf(long generation) {
        WrittenCondition accepted = condition(ConditionType.Accepted);
        return accepted != null && accepted.observedGeneration() == generation;
    }
}
