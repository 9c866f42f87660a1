package dev.kitsune.k8s.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.snapshot.SecretValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AuthorityRotationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SPREAD = Duration.ofMinutes(10);
    private static final Duration YEARS = Duration.ofDays(2000);

    private int made;
    private final AuthorityRotation rotation = new AuthorityRotation(
            new AuthorityMaker() {
                @Override
                public StoredAuthority make() {
                    return authority("made-" + ++made);
                }

                @Override
                public Instant renewal(StoredAuthority authority) {
                    return NOW.plus(YEARS);
                }
            },
            SPREAD);

    private static StoredAuthority authority(String name) {
        return new StoredAuthority(name, SecretValue.of("key of " + name));
    }

    private static StoredAuthorities stored(String name, boolean asked) {
        return new StoredAuthorities(authority(name), null, null, NOW, asked, "1");
    }

    @Test
    void nothingHappensUntilTwoThirdsOfItsLifeAreOver() {
        assertThat(rotation.step(stored("a", false), NOW, NOW.plus(YEARS).minusSeconds(1)))
                .isNull();
        assertThat(Objects.requireNonNull(rotation.step(stored("a", false), NOW, NOW.plus(YEARS)))
                        .trusted())
                .isEqualTo("a\nmade-1\n");
    }

    /** At no time does anything sign that was not trusted for a while before, or is not trusted for a while after. */
    @Test
    void everyStepWaitsForTheOneBefore() {
        StoredAuthorities announced = Objects.requireNonNull(rotation.step(stored("a", true), NOW, NOW));
        assertThat(announced.rotationAsked()).isFalse();
        assertThat(announced.current()).isEqualTo(authority("a"));
        assertThat(announced.trusted()).isEqualTo("a\nmade-1\n");
        assertThat(rotation.step(announced, NOW, NOW.plus(SPREAD).minusSeconds(1)))
                .isNull();

        Instant second = NOW.plus(SPREAD);
        StoredAuthorities switched = Objects.requireNonNull(rotation.step(announced, NOW, second));
        assertThat(switched.current()).isEqualTo(authority("made-1"));
        assertThat(switched.trusted()).isEqualTo("made-1\na\n");
        assertThat(rotation.step(switched, NOW, second.plus(SPREAD).minusSeconds(1)))
                .isNull();

        Instant third = second.plus(SPREAD);
        StoredAuthorities ended = Objects.requireNonNull(rotation.step(switched, NOW, third));
        assertThat(ended.trusted()).isEqualTo("made-1\n");
        assertThat(rotation.step(ended, NOW, third.plus(SPREAD))).isNull();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void aConfigMapThatWasWrittenLateIsWaitedFor() {
        StoredAuthorities announced = stored("a", false).announce(authority("b"), NOW);
        Instant late = NOW.plus(SPREAD);

        assertThat(rotation.step(announced, late, late.plusSeconds(1))).isNull();
        assertThat(rotation.step(announced, late, late.plus(SPREAD))).isNotNull();
    }

    @Test
    void aSecretThatWasDeletedIsMadeAgainAndRotated() {
        assertThat(rotation.again(null, NOW).trusted()).isEqualTo("made-1\n");

        StoredAuthorities again = rotation.again(stored("a", false), NOW);
        assertThat(again.version()).isNull();
        assertThat(again.current()).isEqualTo(authority("a"));
        assertThat(again.trusted()).isEqualTo("a\nmade-2\n");
        assertThat(rotation.again(again, NOW).trusted())
                .as("a rotation goes on")
                .isEqualTo("a\nmade-2\n");
    }

    @Test
    void noTextHoldsAKey() {
        assertThat(stored("a", false).announce(authority("b"), NOW).toString() + authority("c"))
                .doesNotContain("key of");
    }
}
