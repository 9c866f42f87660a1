package dev.kitsune.k8s.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectStatusTest {
    private static final Instant LATER = Known.NOW.plusSeconds(60);

    private static Map<String, Object> first(ObjectFacts facts) {
        return ObjectStatus.of(Known.object(Known.FIX), facts, Known.NOW).fields();
    }

    /** Returns the status that follows one that is written. */
    private static Map<String, Object> next(Map<String, Object> written, ObjectFacts facts) {
        return ObjectStatus.of(Known.object(Known.FIX, 1, 2, Map.of(), written), facts, LATER)
                .fields();
    }

    private static Object transition(Map<String, Object> fields, ConditionType type) {
        return condition(fields, type, "lastTransitionTime");
    }

    private static Object condition(Map<String, Object> fields, ConditionType type, String field) {
        return ((List<?>) Objects.requireNonNull(fields.get("conditions")))
                .stream()
                        .map(condition -> (Map<?, ?>) condition)
                        .filter(condition -> type.name().equals(condition.get("type")))
                        .map(condition -> Objects.requireNonNull(condition.get(field)))
                        .findFirst()
                        .orElseThrow();
    }

    private static ObjectFacts used(@Nullable Instant lastUsed) {
        return Known.facts(
                List.of(),
                new OverlayFacts(Known.resolved(Known.FIX), null, null, lastUsed, Known.ALL_ACKNOWLEDGED, Set.of()));
    }

    @Test
    void itHasTheFieldsOfTheContract() {
        Map<String, Object> fields = first(used(Known.NOW));

        assertThat(fields)
                .containsOnlyKeys("environment", "conditions", "problemCount", "proxies", "lastUsed")
                .containsEntry("environment", "dev")
                .containsEntry("problemCount", 0)
                .containsEntry("lastUsed", "2026-11-30T12:00:00Z")
                .containsEntry(
                        "proxies",
                        Map.of("connected", 26, "loaded", 9, "acknowledged", 9, "refused", 0, "summary", "9/9"));
        assertThat(condition(fields, ConditionType.Ready, "observedGeneration")).isEqualTo(1L);
    }

    @Test
    void theOtherKindsHaveNoProxies() {
        SeenObject adapter = Known.object(Known.ADAPTER);

        assertThat(ObjectStatus.of(adapter, ObjectFacts.of(List.of()), Known.NOW)
                        .fields())
                .containsOnlyKeys("conditions", "problemCount");
    }

    @Test
    void theFirstTwentyProblemsAreShownAndAllAreCounted() {
        Problem[] many = IntStream.range(0, 25)
                .mapToObj(i -> Known.invalid("problem %02d".formatted(i)))
                .toArray(Problem[]::new);

        Map<String, Object> fields = first(Known.facts(Known.FIX, Known.ALL_ACKNOWLEDGED, many));

        assertThat(fields).containsEntry("problemCount", 25);
        assertThat((List<?>) fields.get("problems"))
                .hasSize(20)
                .first()
                .isEqualTo(Map.of(
                        "code", "InvalidValue",
                        "severity", "Error",
                        "field", "spec.mirror",
                        "message", "problem 00"));
    }

    @Test
    void aProblemThatTheResolvedOneHasTooIsShownOnce() {
        Problem problem = Known.problem(ProblemCode.NothingToUnset, Known.FIX, "spec.unset", "it is not inherited");

        Map<String, Object> fields = first(Known.facts(
                List.of(problem),
                new OverlayFacts(
                        Known.resolved(Known.FIX, problem.in(Known.FIX.virtualEnvironmentName())),
                        null,
                        null,
                        null,
                        Known.ALL_ACKNOWLEDGED,
                        Set.of())));

        assertThat(fields).containsEntry("problemCount", 1);
        assertThat((List<?>) fields.get("problems")).singleElement().isInstanceOf(Map.class);
    }

    @Test
    void aTimeOfTransitionStaysWhileTheStatusStays() {
        Map<String, Object> before = first(Known.facts(Known.FIX, ProxyFacts.NONE));

        Map<String, Object> after =
                next(before, Known.facts(Known.FIX, new ProxyFacts(2, 1, 0, 0, null, Set.of(), Set.of())));
        Map<String, Object> ready = next(after, Known.served(Known.FIX));

        assertThat(condition(after, ConditionType.Programmed, "reason")).isEqualTo("Pending");
        assertThat(transition(after, ConditionType.Programmed)).isEqualTo(Known.NOW.toString());
        assertThat(transition(ready, ConditionType.Programmed)).isEqualTo(LATER.toString());
        assertThat(transition(ready, ConditionType.Accepted)).isEqualTo(Known.NOW.toString());
    }

    @Test
    void theSameFactsGiveTheSameStatusLater() {
        Map<String, Object> written = first(used(Known.NOW));

        assertThat(WrittenStatus.of(next(written, used(Known.NOW)))).isEqualTo(WrittenStatus.of(written));
    }

    @Test
    void anotherGenerationIsAnotherState() {
        Map<String, Object> written = first(Known.served(Known.FIX));
        SeenObject changed = Known.object(Known.FIX, 2, 2, Map.of(), written);

        assertThat(changed.isUntold()).isTrue();
        Map<String, Object> next =
                ObjectStatus.of(changed, Known.served(Known.FIX), LATER).fields();
        assertThat(WrittenStatus.of(next).state())
                .isNotEqualTo(WrittenStatus.of(written).state());
        assertThat(transition(next, ConditionType.Ready)).isEqualTo(Known.NOW.toString());
        assertThat(Known.object(Known.FIX, 2, 3, Map.of(), next).isUntold()).isFalse();
    }

    @Test
    void countsAreDetailsAndConnectedProxiesAreNoDifference() {
        WrittenStatus before = WrittenStatus.of(first(Known.served(Known.FIX)));
        WrittenStatus more =
                WrittenStatus.of(first(Known.facts(Known.FIX, new ProxyFacts(27, 9, 9, 0, null, Set.of(), Set.of()))));
        WrittenStatus loaded = WrittenStatus.of(
                first(Known.facts(Known.FIX, new ProxyFacts(27, 10, 10, 0, null, Set.of(), Set.of()))));

        assertThat(more).isEqualTo(before);
        assertThat(loaded.state()).isEqualTo(before.state());
        assertThat(loaded.details()).isNotEqualTo(before.details());
    }

    @Test
    void aUseIsWrittenInSteps() {
        Map<String, Object> written = first(used(Known.NOW));

        assertThat(next(written, used(Known.NOW.plus(Duration.ofMinutes(4)))))
                .containsEntry("lastUsed", Known.NOW.toString());
        assertThat(next(written, used(Known.NOW.plus(Duration.ofMinutes(5)))))
                .containsEntry("lastUsed", "2026-11-30T12:05:00Z");
        assertThat(next(written, used(Known.NOW.minusSeconds(600)))).containsEntry("lastUsed", Known.NOW.toString());
        assertThat(next(written, used(null))).containsEntry("lastUsed", Known.NOW.toString());
    }

    @Test
    void aStatusThatSomebodyHasSpoiltIsReplaced() {
        Map<String, Object> spoilt = Map.of(
                "conditions",
                List.of("no mapping", Map.of("type", "Ready", "status", "True", "lastTransitionTime", "yesterday")),
                "lastUsed",
                "never");

        assertThat(transition(next(spoilt, Known.served(Known.FIX)), ConditionType.Ready))
                .isEqualTo(LATER.toString());
    }

    @Test
    void longWordsAreShortened() {
        ObjectFacts facts = Known.facts(
                Known.FIX,
                new ProxyFacts(1, 1, 0, 1, new EnvoyRefusal("gateway-1", "x".repeat(10_000)), Set.of(), Set.of()));

        assertThat(condition(first(facts), ConditionType.Programmed, "message").toString())
                .hasSize(StatusText.OF_A_CONDITION)
                .endsWith("xxx...");
    }

    @Test
    void aReleaseInTheSpecIsRead() {
        Map<String, Object> release =
                Map.of("apps", Map.of("shop", Map.of("appDeployment", "shop-1", "version", "1.0")));

        assertThat(Known.object(Known.FIX, 1, 1, Map.of("release", release), null)
                        .wanted())
                .isEqualTo(Known.RELEASE);
        assertThat(Known.object(Known.FIX, 1, 1, Map.of("release", "no mapping"), null)
                        .wanted())
                .isNotNull();
        assertThat(Known.object(
                                new ObjectKey(Kind.AppDeployment, "shop", "shop-1"),
                                1,
                                1,
                                Map.of("release", release),
                                null)
                        .wanted())
                .isNull();
    }
}
