package dev.kitsune.k8s.status;

import dev.kitsune.k8s.status.WrittenStatus.WrittenCondition;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status that an object should have. The times in it depend on the status that it has.
 *
 * @param fields as the API server stores them
 */
record ObjectStatus(List<StatusCondition> conditions, Map<String, Object> fields) {
    private static final int PROBLEMS = 20;

    /** Many virtual environments are used all the time, and each write costs. */
    private static final Duration USE_STEP = Duration.ofMinutes(5);

    static ObjectStatus of(SeenObject object, ObjectFacts facts, Instant now) {
        OverlayFacts of = facts.virtualEnvironment();
        ResolvedVirtualEnvironment resolved = of == null ? null : Conditions.own(object.key(), of);
        CountedProblems problems = CountedProblems.of(object.key(), facts.problems(), resolved);
        List<StatusCondition> conditions = Conditions.of(object.key(), facts, problems, object.wanted());
        Map<String, Object> fields = new LinkedHashMap<>();
        if (resolved != null) {
            fields.put("environment", resolved.environment());
        }
        fields.put(
                "conditions",
                conditions.stream()
                        .map(condition -> condition(condition, object, now.truncatedTo(ChronoUnit.SECONDS)))
                        .toList());
        if (!problems.all().isEmpty()) {
            fields.put(
                    "problems",
                    problems.all().stream()
                            .limit(PROBLEMS)
                            .map(problem -> problem(problem, problems))
                            .toList());
        }
        fields.put("problemCount", problems.all().size());
        if (of != null && resolved != null) {
            fields.put("proxies", proxies(of.proxies()));
            Instant used = lastUsed(of.lastUsed(), object.written().lastUsed());
            if (used != null) {
                fields.put("lastUsed", used.toString());
            }
        }
        return new ObjectStatus(conditions, fields);
    }

    /** Whether it is in force here, and not yet at all replicas and proxies. */
    boolean isUnderway() {
        return is(ConditionType.Accepted, ConditionReason.Accepted)
                && is(ConditionType.Programmed, ConditionReason.Pending);
    }

    private boolean is(ConditionType type, ConditionReason reason) {
        return conditions.stream().anyMatch(one -> one.type() == type && one.reason() == reason);
    }

    private static Map<String, Object> condition(StatusCondition condition, SeenObject object, Instant now) {
        WrittenCondition before = object.written().condition(condition.type());
        Instant since =
                before != null && before.status().equals(condition.state().name()) ? before.since() : null;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", condition.type().name());
        fields.put("status", condition.state().name());
        fields.put("observedGeneration", object.generation());
        fields.put("lastTransitionTime", Objects.requireNonNullElse(since, now).toString());
        fields.put("reason", condition.reason().name());
        fields.put("message", StatusText.shortened(condition.message(), StatusText.OF_A_CONDITION));
        return fields;
    }

    private static Map<String, Object> problem(Problem problem, CountedProblems of) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("code", problem.code().name());
        String severity = problem.severity().name();
        fields.put("severity", severity.charAt(0) + severity.substring(1).toLowerCase(Locale.ROOT));
        if (problem.field() != null && of.object().equals(problem.object())) {
            fields.put("field", problem.field());
        }
        fields.put("message", StatusText.shortened(of.words(problem), StatusText.OF_A_CONDITION));
        return fields;
    }

    private static Map<String, Object> proxies(ProxyFacts proxies) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("connected", proxies.connected());
        fields.put("loaded", proxies.loaded());
        fields.put("acknowledged", proxies.acknowledged());
        fields.put("refused", proxies.refused());
        fields.put("summary", proxies.acknowledged() + "/" + proxies.loaded());
        return fields;
    }

    /** Holders may know different uses. The last one counts. */
    private static @Nullable Instant lastUsed(@Nullable Instant known, @Nullable Instant written) {
        if (known == null || (written != null && known.isBefore(written.plus(USE_STEP)))) {
            return written;
        }
        return known.truncatedTo(ChronoUnit.SECONDS);
    }
}
