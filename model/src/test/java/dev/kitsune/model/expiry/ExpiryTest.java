package dev.kitsune.model.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Expired.Limit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The end of a virtual environment depends on its limits, its first sight and its last use. */
class ExpiryTest {
    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Seen SEEN = Seen.now(NOON).with(limits(HOUR, HOUR), NOON);

    private static ExpiresAfter limits(@Nullable Duration idle, @Nullable Duration age) {
        return new ExpiresAfter(idle, age, false);
    }

    @Test
    void aVirtualEnvironmentThatHasNoLimitOrIsPinnedNeverEnds() {
        assertThat(Expiry.of(null, SEEN)).isEmpty();
        assertThat(Expiry.of(new ExpiresAfter(null, null, false), SEEN)).isEmpty();
        assertThat(Expiry.of(new ExpiresAfter(HOUR, HOUR, true), SEEN)).isEmpty();
    }

    @Test
    void theLimitThatIsReachedFirstEndsIt() {
        Expiry byIdle = new Expiry(NOON.plus(HOUR).plus(Expiry.TOLD_LATE), new Expired(Limit.idle, "1h"));
        Expiry byAge = new Expiry(NOON.plus(Duration.ofDays(3)), new Expired(Limit.age, "3d"));
        assertThat(Expiry.of(limits(HOUR, Duration.ofDays(3)), SEEN)).contains(byIdle);
        assertThat(Expiry.of(limits(HOUR, Duration.ofDays(3)), SEEN.used(NOON.plus(Duration.ofDays(4)))))
                .contains(byAge);
        assertThat(Expiry.of(limits(HOUR, HOUR), SEEN)).map(Expiry::by).contains(new Expired(Limit.age, "1h"));
    }

    @Test
    void itEndsExactlyAtTheLimit() {
        Expiry expiry = new Expiry(NOON, new Expired(Limit.age, "1h"));
        assertThat(expiry.isOver(NOON.minusNanos(1))).isFalse();
        assertThat(expiry.isOver(NOON)).isTrue();
    }

    @Test
    void aUsePostponesTheEndAndAnEarlierUseDoesNot() {
        Seen used = SEEN.used(NOON.plus(HOUR));
        assertThat(used).isEqualTo(new Seen(NOON, NOON.plus(HOUR), NOON.plus(HOUR)));
        assertThat(used.used(NOON.plusSeconds(5))).isEqualTo(used);
    }

    @Test
    void idleTimeBeginsWithTheLimitWhateverTheAge() {
        Instant later = NOON.plus(Duration.ofDays(9));
        Seen old = Seen.now(NOON).used(NOON.plusSeconds(1));
        assertThat(old.idleSince()).isNull();
        assertThat(old.with(limits(HOUR, null), later)).isEqualTo(new Seen(NOON, later, NOON.plusSeconds(1)));
        assertThat(SEEN.with(limits(HOUR, null), later)).isEqualTo(SEEN);
        assertThat(SEEN.with(limits(null, HOUR), later).idleSince()).isNull();
        assertThat(Expiry.of(limits(HOUR, null), old)).isEmpty();
    }

    @Test
    void timeWithoutARunningProcessDoesNotCountAsIdle() {
        Instant now = NOON.plus(Duration.ofHours(10));
        assertThat(SEEN.away(HOUR, now)).isEqualTo(new Seen(NOON, NOON.plus(HOUR), null));
        assertThat(SEEN.away(Duration.ofDays(1), now).idleSince()).isEqualTo(now);
        assertThat(SEEN.away(HOUR, NOON.minusSeconds(5)).idleSince()).isEqualTo(NOON);
    }
}
