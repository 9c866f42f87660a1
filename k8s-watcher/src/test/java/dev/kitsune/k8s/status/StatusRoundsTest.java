package dev.kitsune.k8s.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.state.Pace;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.ProblemCode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order and the number of writes. Time passes only where a test lets it. */
class StatusRoundsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Map<ObjectKey, ObjectFacts> facts = new HashMap<>();
    private final Sink sink = new Sink();
    private boolean holds = true;
    private long now;
    private final StatusRounds rounds =
            new StatusRounds(facts::get, () -> holds, sink, new Pace(), InstantSource.fixed(Known.NOW));

    /** An API server that stores every status. */
    private final class Sink implements StatusSink {
        private final List<ObjectKey> written = new ArrayList<>();
        private final List<Long> times = new ArrayList<>();
        private final List<StatusEvent> events = new ArrayList<>();
        private final Map<ObjectKey, Object> stored = new HashMap<>();
        private int failures;
        private int failure;
        private long takes;

        @Override
        public GenericKubernetesResource write(SeenObject object, Map<String, Object> status) {
            if (failures > 0) {
                failures--;
                throw new KubernetesClientException("refused", failure, null);
            }
            now += takes;
            written.add(object.key());
            times.add(now);
            stored.put(object.key(), status);
            return Known.resource(object.key(), object.generation(), object.revision() + 1, Map.of(), status);
        }

        @Override
        public void tell(StatusEvent event) {
            events.add(event);
        }

        private void fail(int times, int code) {
            failures = times;
            failure = code;
        }
    }

    private void create(ObjectKey key) {
        facts.put(key, Known.served(key));
        see(Known.object(key));
    }

    private void see(SeenObject... objects) {
        List.of(objects).forEach(rounds::put);
        rounds.delivered();
    }

    private List<ObjectKey> create(int count) {
        List<ObjectKey> keys = IntStream.range(0, count)
                .mapToObj(i -> Known.virtualEnvironment("ve-%03d".formatted(i)))
                .toList();
        keys.forEach(this::create);
        return keys;
    }

    private void change(ObjectKey key, ObjectFacts to) {
        facts.put(key, to);
        rounds.changed(Set.of(key));
    }

    /** Lets as much time pass as the steps ask for, but not more than this. */
    private void run(long nanos) {
        long end = now + nanos;
        while (now <= end) {
            long pause = rounds.step(now);
            now += pause;
        }
    }

    private static ObjectFacts counted(ObjectKey key, int loaded) {
        return Known.facts(key, new ProxyFacts(30, loaded, loaded, 0, null, Set.of(), Set.of()));
    }

    private static ObjectFacts invalid(ObjectKey key) {
        return Known.facts(key, Known.ALL_ACKNOWLEDGED, Known.invalid("there is no such target"));
    }

    @Test
    void atMostFiftyStatusesAreWrittenInASecond() {
        run(1);
        create(300);
        run(10 * SECOND);

        assertThat(sink.written).hasSize(300).doesNotHaveDuplicates();
        for (int i = 0; i + 50 < 300; i++) {
            assertThat(sink.times.get(i + 50) - sink.times.get(i)).isGreaterThanOrEqualTo(SECOND);
        }
        assertThat(sink.times.get(299) - sink.times.get(0)).isEqualTo(299 * SECOND / 50);
        assertThat(rounds.writes()).isEqualTo(300);
    }

    @Test
    void whatHasNotChangedIsNotWrittenAgain() {
        List<ObjectKey> keys = create(30);
        run(10 * SECOND);
        assertThat(sink.written).hasSize(30);

        rounds.changed(keys);
        keys.forEach(key -> see(Known.object(key, 1, 9, Map.of(), sink.stored.get(key))));
        run(10 * SECOND);

        assertThat(sink.written).hasSize(30);
    }

    @Test
    void manyChangesOfOneObjectAreOneWrite() {
        create(Known.FIX);
        run(10 * SECOND);
        for (int loaded = 10; loaded < 30; loaded++) {
            change(Known.FIX, counted(Known.FIX, loaded));
        }
        run(10 * SECOND);

        assertThat(sink.written).hasSize(2);
    }

    @Test
    void changedSpecsComeFirstAndCountsLast() {
        List<ObjectKey> keys = create(3);
        run(10 * SECOND);
        sink.written.clear();

        change(keys.get(0), counted(keys.get(0), 20));
        change(keys.get(1), invalid(keys.get(1)));
        see(Known.object(keys.get(2), 2, 9, Map.of(), sink.stored.get(keys.get(2))));
        run(10 * SECOND);

        assertThat(sink.written).containsExactly(keys.get(2), keys.get(1), keys.get(0));
    }

    /** It is missing while it connects to another replica. */
    @Test
    void aProxyThatReturnsSoonChangesNothing() {
        create(Known.FIX);
        run(10 * SECOND);
        sink.written.clear();
        sink.events.clear();

        for (int move = 0; move < 5; move++) {
            change(Known.FIX, Known.facts(Known.FIX, ProxyFacts.NONE));
            run(SECOND / 2);
            change(Known.FIX, Known.facts(Known.FIX, new ProxyFacts(30, 9, 8, 0, null, Set.of(), Set.of())));
            run(SECOND / 2);
            change(Known.FIX, Known.served(Known.FIX));
            run(5 * SECOND);
        }
        assertThat(sink.written).isEmpty();
        assertThat(sink.events).isEmpty();

        change(Known.FIX, Known.facts(Known.FIX, ProxyFacts.NONE));
        run(5 * SECOND);
        assertThat(sink.written).containsExactly(Known.FIX);
        assertThat(sink.events).singleElement().satisfies(event -> assertThat(event.reason())
                .isEqualTo("NotReady"));
    }

    /** More and more proxies load it. */
    @Test
    void countsThatChangeAllTheTimeAreWrittenNowAndThen() {
        create(Known.FIX);
        run(10 * SECOND);
        sink.written.clear();

        for (int change = 0; change < 60; change++) {
            change(Known.FIX, counted(Known.FIX, 20 + change));
            run(SECOND / 2);
        }
        assertThat(sink.written).hasSizeBetween(5, 25);
    }

    /** Somebody waits for the proxies to have the change, while thousands of others have something new, too. */
    @Test
    void whatAChangeWaitsForComesBeforeAMassChange() {
        List<ObjectKey> keys = create(5_000);
        run(101 * SECOND);
        assertThat(sink.written).hasSize(5_000);
        sink.written.clear();
        keys.forEach(key -> change(key, Known.facts(key, ProxyFacts.NONE)));
        ObjectKey changed = keys.get(4_999);
        facts.put(changed, Known.facts(changed, underway(9, 3)));
        see(Known.object(changed, 2, 9, Map.of(), sink.stored.get(changed)));
        run(SECOND);
        assertThat(sink.written).hasSizeLessThan(100).startsWith(changed);

        sink.written.clear();
        change(changed, Known.facts(changed, underway(9, 8)));
        run(SECOND / 50);
        assertThat(sink.written).as("only counts differ").doesNotContain(changed);
        change(changed, Known.served(changed));
        run(SECOND / 25);
        assertThat(sink.written).hasSizeLessThan(10).contains(changed);

        sink.written.clear();
        change(changed, Known.facts(changed, ProxyFacts.NONE));
        run(2 * SECOND);
        assertThat(sink.written)
                .as("this is not its own change")
                .hasSizeGreaterThan(10)
                .doesNotContain(changed);
    }

    private static ProxyFacts underway(int loaded, int acknowledged) {
        return new ProxyFacts(26, loaded, acknowledged, 0, null, Set.of(), Set.of());
    }

    @Test
    void aGenerationThatIsNotDeliveredYetIsNotJudged() {
        create(Known.FIX);
        run(SECOND);
        rounds.put(Known.object(Known.FIX, 2, 9, Map.of(), sink.stored.get(Known.FIX)));
        change(Known.FIX, Known.facts(Known.FIX, ProxyFacts.NONE));
        run(SECOND);
        assertThat(sink.written).hasSize(1);

        rounds.delivered();
        run(SECOND);

        assertThat(sink.written).hasSize(2);
    }

    @Test
    void anObjectIsLookedAtAgainWhenSomethingIsKnownOfIt() {
        see(Known.object(Known.FIX));
        run(SECOND);
        assertThat(sink.written).isEmpty();

        facts.put(Known.FIX, Known.served(Known.FIX));
        rounds.changed(Set.of());
        run(SECOND);

        assertThat(sink.written).containsExactly(Known.FIX);
    }

    @Test
    void onlyTheHolderWritesAndOneThatBecomesItLooksAtEverything() {
        holds = false;
        create(5);
        run(SECOND);
        assertThat(sink.written).isEmpty();

        holds = true;
        run(SECOND);
        assertThat(sink.written).hasSize(5);

        holds = false;
        run(SECOND);
        change(Known.virtualEnvironment("ve-000"), invalid(Known.virtualEnvironment("ve-000")));
        run(SECOND);
        assertThat(sink.written).hasSize(5);

        holds = true;
        run(SECOND);
        assertThat(sink.written).hasSize(6).last().isEqualTo(Known.virtualEnvironment("ve-000"));
    }

    @Test
    void anObjectThatAnotherWriterHasChangedIsReadAgainFirst() {
        sink.fail(1, 409);
        create(Known.FIX);
        run(SECOND);
        assertThat(sink.written).isEmpty();

        see(Known.object(Known.FIX, 1, 2, Map.of(), null));
        run(SECOND);

        assertThat(sink.written).containsExactly(Known.FIX);
    }

    @Test
    void anObjectThatHasGoneIsForgotten() {
        sink.fail(1, 404);
        create(Known.FIX);
        run(SECOND);
        rounds.removed(Known.FIX);
        rounds.changed(Set.of(Known.FIX));
        run(SECOND);

        assertThat(sink.written).isEmpty();
        assertThat(sink.failures).isZero();
    }

    @Test
    void whatCannotBeWrittenNowIsTriedAgainEverySecond() {
        sink.fail(3, 0);
        List<ObjectKey> keys = create(2);
        run(2 * SECOND);
        assertThat(sink.written).isEmpty();

        run(2 * SECOND);

        assertThat(sink.written).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(sink.times.get(0)).isGreaterThanOrEqualTo(3 * SECOND);
    }

    @Test
    void aStatusThatIsInvalidHoldsNothingUp() {
        sink.fail(1, 422);
        create(2);
        run(SECOND);

        assertThat(sink.written).hasSize(1);
    }

    @Test
    void aLateVersionDoesNotReplaceANewerOne() {
        create(Known.FIX);
        run(SECOND);

        see(Known.object(Known.FIX));
        run(SECOND);

        assertThat(sink.written).hasSize(1);
    }

    @Test
    void transitionsAreEvents() {
        create(Known.FIX);
        run(2 * SECOND);
        change(Known.FIX, Known.facts(Known.FIX, Known.ALL_ACKNOWLEDGED, Known.invalid("there is no such target")));
        run(2 * SECOND);

        assertThat(sink.events)
                .containsExactly(
                        new StatusEvent(Known.FIX, "uid-of-fix", true, "Ready", "it is served as its spec says"),
                        new StatusEvent(
                                Known.FIX, "uid-of-fix", false, "NotReady", "spec.mirror: there is no such target"));
    }

    /** Nobody looks at the status of what nobody can use yet. */
    @Test
    void whatIsWrongFromTheStartIsAnEvent() {
        facts.put(Known.FIX, Known.facts(Known.FIX, Known.ALL_ACKNOWLEDGED, Known.invalid("there is no such target")));
        see(Known.object(Known.FIX));
        run(2 * SECOND);
        create(Known.FIX);
        rounds.changed(Set.of(Known.FIX));
        run(2 * SECOND);

        assertThat(sink.events)
                .containsExactly(
                        new StatusEvent(
                                Known.FIX, "uid-of-fix", false, "Invalid", "spec.mirror: there is no such target"),
                        new StatusEvent(Known.FIX, "uid-of-fix", true, "Ready", "it is served as its spec says"));
    }

    @ParameterizedTest
    @EnumSource(names = {"Adapter", "AppDeployment", "Environment", "Platform"})
    void everyKindHasEventsWhenItBecomesInvalidAndWhenItIsMended(Kind kind) {
        ObjectKey key = new ObjectKey(kind, kind.namespaced() ? "shop" : "", "kitsune");
        facts.put(key, ObjectFacts.of(List.of()));
        see(Known.object(key));
        run(2 * SECOND);
        assertThat(sink.events).as("it is accepted, as it should be").isEmpty();

        change(key, ObjectFacts.of(List.of(Known.problem(ProblemCode.WrongType, key, "spec.x", "a number is wanted"))));
        run(2 * SECOND);
        change(key, ObjectFacts.of(List.of()));
        run(2 * SECOND);

        assertThat(sink.events)
                .containsExactly(
                        new StatusEvent(key, "uid-of-kitsune", false, "Invalid", "spec.x: a number is wanted"),
                        new StatusEvent(key, "uid-of-kitsune", true, "Accepted", "it has no errors and is in force"));
    }

    @Test
    void aRefusalIsAnEventAlsoIfItWasNotReadyBefore() {
        ProxyFacts refused =
                new ProxyFacts(26, 9, 8, 1, new EnvoyRefusal("gateway-1", "no such filter"), Set.of(), Set.of());
        facts.put(Known.FIX, Known.facts(Known.FIX, underway(9, 3)));
        see(Known.object(Known.FIX));
        run(2 * SECOND);
        assertThat(sink.events).isEmpty();

        change(Known.FIX, Known.facts(Known.FIX, refused));
        run(2 * SECOND);
        change(Known.FIX, Known.served(Known.FIX));
        run(2 * SECOND);
        change(Known.FIX, Known.facts(Known.FIX, refused));
        run(2 * SECOND);

        assertThat(sink.events)
                .extracting(StatusEvent::reason, StatusEvent::message)
                .containsExactly(
                        Tuple.tuple("Refused", "proxy gateway-1 refuses it: no such filter"),
                        Tuple.tuple("Ready", "it is served as its spec says"),
                        Tuple.tuple("NotReady", "proxy gateway-1 refuses it: no such filter"));
    }

    @Test
    void aChangeOfManyObjectsOfSeveralKindsIsOneEvent() {
        List<ObjectKey> keys = Stream.concat(
                        IntStream.range(0, 20).mapToObj(i -> new ObjectKey(Kind.Adapter, "shop", "a-" + (10 + i))),
                        Stream.of(new ObjectKey(Kind.Environment, "", "dev")))
                .toList();
        for (ObjectKey key : keys) {
            facts.put(key, ObjectFacts.of(List.of(Known.problem(ProblemCode.WrongType, key, "spec.x", "no number"))));
            see(Known.object(key));
        }
        run(5 * SECOND);

        assertThat(sink.events).singleElement().satisfies(event -> {
            assertThat(event.object()).isEqualTo(new ObjectKey(Kind.Platform, "", "kitsune"));
            assertThat(event.message())
                    .isEqualTo("21 objects changed: 21 are not accepted; such as Environment/dev, Adapter/shop/a-10,"
                            + " Adapter/shop/a-11: `kubectl get kitsune -A` shows all");
        });
    }

    @Test
    void aChangeOfManyObjectsIsOneEventAtTheEnvironmentThatTheyShare() {
        ObjectKey environment = new ObjectKey(Kind.Environment, "", "dev");
        see(Known.object(environment));
        create(300);
        run(20 * SECOND);

        assertThat(sink.written).hasSize(300);
        assertThat(sink.events).singleElement().satisfies(event -> {
            assertThat(event.object()).isEqualTo(environment);
            assertThat(event.uid()).isEqualTo("uid-of-dev");
            assertThat(event.good()).isTrue();
            assertThat(event.message())
                    .startsWith("300 virtual environments changed: 300 are ready; such as shop/ve-000, shop/ve-001,");
        });
    }

    @Test
    void aSlowApiServerMakesNoSecondEventOfOneChange() {
        create(60);
        run(SECOND / 2);
        sink.takes = 2 * SECOND;
        run(300 * SECOND);

        assertThat(sink.events).singleElement().satisfies(event -> assertThat(event.message())
                .startsWith("60 virtual environments"));
    }

    @Test
    void aFewChangesAreAnEventEach() {
        create(20);
        run(20 * SECOND);

        assertThat(sink.events).hasSize(20).allMatch(StatusEvent::good);
    }

    @Test
    void whatEndsNeverIsToldAllTheSame() {
        List<ObjectKey> keys = create(30);
        run(5 * SECOND);
        sink.events.clear();
        for (int round = 0; round < 150; round++) {
            boolean even = round % 2 == 0;
            for (ObjectKey key : keys) {
                change(key, even ? invalid(key) : Known.served(key));
            }
            run(SECOND);
        }

        assertThat(sink.events).isNotEmpty().allSatisfy(event -> assertThat(event.reason())
                .isEqualTo("ManyChanged"));
    }

    @Test
    void releasesAreEvents() {
        List<StatusTransition> active = transitions(null, released(7, true));
        List<StatusTransition> next = transitions(written(released(7, true)), released(8, true));
        List<StatusTransition> same = transitions(written(released(7, true)), released(7, true));
        List<StatusTransition> waits = transitions(written(released(7, true)), released(8, false));
        List<StatusTransition> exceeded = transitions(written(released(8, false)), exceeded());

        assertThat(active).singleElement().matches(StatusTransition::isGood);
        assertThat(next).singleElement().satisfies(of -> assertThat(of.now().message())
                .isEqualTo("release 8 is active"));
        assertThat(same).isEmpty();
        assertThat(waits).isEmpty();
        assertThat(exceeded).singleElement().matches(of -> !of.isGood());
    }

    private static StatusCondition released(int id, boolean active) {
        return active
                ? StatusCondition.yes(ConditionType.Released, ConditionReason.Released, "release " + id + " is active")
                : StatusCondition.no(ConditionType.Released, ConditionReason.Pending, "release " + id + " waits");
    }

    private static StatusCondition exceeded() {
        return StatusCondition.no(ConditionType.Released, ConditionReason.DeadlineExceeded, "it is not tried again");
    }

    private static Object written(StatusCondition condition) {
        return Map.of(
                "conditions",
                List.of(Map.of(
                        "type", condition.type().name(),
                        "status", condition.state().name(),
                        "reason", condition.reason().name(),
                        "message", condition.message())));
    }

    private static List<StatusTransition> transitions(@Nullable Object before, StatusCondition now) {
        return StatusTransition.of(
                Known.object(Known.FIX, 1, 1, Map.of(), before),
                new ObjectStatus(List.of(Objects.requireNonNull(now)), Map.of("environment", "dev")));
    }
}
