package dev.kitsune.k8s.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.identity.ReviewedToken.OfPod;
import dev.kitsune.k8s.identity.ReviewedToken.Wrong;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenMemoryTest {
    private static final OfPod POD = new OfPod("shop", "front-1", "uid", "default");
    private static final Duration HOUR = Duration.ofHours(1);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final TokenMemory memory = new TokenMemory(() -> now);

    @Test
    void anAnswerIsFreshForMinutesAndAnEarlierOneUntilTheTokenIsOver() {
        memory.add("a", POD, now.plus(HOUR));
        assertThat(memory.fresh("a")).isEqualTo(POD);

        now = now.plus(TokenMemory.FRESH);
        assertThat(memory.fresh("a")).isNull();
        assertThat(memory.earlier("a")).isEqualTo(POD);

        now = now.plus(HOUR);
        assertThat(memory.earlier("a")).isNull();
    }

    @Test
    void noAnswerOutlivesItsToken() {
        memory.add("a", POD, now.plusSeconds(5));
        now = now.plusSeconds(5);

        assertThat(memory.fresh("a")).isNull();
        assertThat(memory.earlier("a")).isNull();
    }

    @Test
    void aWrongTokenIsRememberedBrieflyAndNeverCountsAsAnEarlierAnswer() {
        memory.add("a", POD, now.plus(HOUR));
        memory.add("a", new Wrong("deleted"), now.plus(HOUR));

        assertThat(memory.fresh("a")).isEqualTo(new Wrong("deleted"));
        assertThat(memory.earlier("a")).isNull();
        now = now.plus(TokenMemory.WRONG);
        assertThat(memory.fresh("a")).isNull();
    }

    @Test
    void manyWrongTokensMakeNoOtherAnswerForgotten() {
        memory.add("a", POD, now.plus(HOUR));
        for (int i = 0; i < 100_000; i++) {
            memory.add("wrong-" + i, new Wrong(""), now);
        }

        assertThat(memory.fresh("a")).isEqualTo(POD);
        assertThat(memory.fresh("wrong-0")).as("it is bounded").isNull();
    }

    @Test
    void theDigestIsNotTheToken() {
        assertThat(TokenMemory.digest("token")).hasSize(64).isNotEqualTo(TokenMemory.digest("Token"));
    }
}
