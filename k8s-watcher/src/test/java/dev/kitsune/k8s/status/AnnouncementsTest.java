package dev.kitsune.k8s.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final StatusCondition READY =
            StatusCondition.yes(ConditionType.Ready, ConditionReason.Ready, "it is served as its spec says");
    private static final StatusCondition REFUSED =
            StatusCondition.no(ConditionType.Ready, ConditionReason.Refused, "proxy gateway-1 refuses it");

    private final Announcements announcements = new Announcements();

    private void add(int from, int to, String environment, StatusCondition now, long at) {
        IntStream.range(from, to)
                .mapToObj(i -> Known.object(Known.virtualEnvironment("ve-%03d".formatted(i))))
                .forEach(object -> announcements.add(List.of(new StatusTransition(object, environment, now)), at));
    }

    private List<StatusEvent> take(long now) {
        return announcements.take(now, key -> null);
    }

    @Test
    void manyObjectsOfSeveralEnvironmentsAreAnEventAtThePlatform() {
        add(0, 15, "dev", READY, 0);
        add(15, 30, "test", REFUSED, 0);

        assertThat(take(SECOND)).singleElement().satisfies(event -> {
            assertThat(event.object()).isEqualTo(new ObjectKey(Kind.Platform, "", "kitsune"));
            assertThat(event.uid()).isNull();
            assertThat(event.good()).isFalse();
            assertThat(event.message())
                    .startsWith("30 virtual environments changed: 15 are ready, 15 are not ready; such as"
                            + " shop/ve-000, shop/ve-001, shop/ve-002:");
        });
    }

    @Test
    void manyTransitionsOfFewObjectsAreAnEventEach() {
        for (int i = 0; i < 15; i++) {
            add(0, 2, "dev", i % 2 == 0 ? READY : REFUSED, 0);
        }

        assertThat(take(SECOND)).hasSize(30);
    }

    @Test
    void eventsWaitForASecondAndAreTakenOnce() {
        add(0, 2, "dev", READY, 0);
        add(2, 4, "dev", READY, SECOND / 2);

        assertThat(announcements.pause(SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(take(SECOND - 1)).isEmpty();
        assertThat(take(SECOND)).hasSize(4);
        assertThat(take(2 * SECOND)).isEmpty();
        assertThat(announcements.pause(2 * SECOND)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aChangeOfManyObjectsIsOverWhenNothingChangesForASecond() {
        add(0, 30, "dev", READY, 0);
        add(30, 60, "dev", READY, SECOND - 1);

        assertThat(take(SECOND)).isEmpty();
        assertThat(take(2 * SECOND - 1)).singleElement().satisfies(event -> assertThat(event.message())
                .startsWith("60 virtual environments"));
    }
}
