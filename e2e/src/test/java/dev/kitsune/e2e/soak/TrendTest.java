package dev.kitsune.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static List<Long> series(LongStream numbers) {
        return numbers.boxed().toList();
    }

    @Test
    void whatGrowsByALittleInEachRoundGrows() {
        assertThat(Trend.grows(series(LongStream.range(0, 30).map(i -> 1_000 + 10 * i)), 0.03, 20))
                .isTrue();
        assertThat(Trend.grows(series(LongStream.range(0, 9).map(i -> 40 + i)), 0, 2))
                .isTrue();
    }

    @Test
    void whatVariesDoesNotGrow() {
        assertThat(Trend.grows(series(LongStream.range(0, 30).map(i -> 1_000 + (i * 7919) % 50)), 0.03, 20))
                .isFalse();
        assertThat(Trend.grows(series(LongStream.range(0, 30).map(i -> 40)), 0, 0))
                .isFalse();
    }

    @Test
    void whatGrowsOnlyAtTheBeginningDoesNotGrow() {
        assertThat(Trend.grows(series(LongStream.range(0, 30).map(i -> Math.min(i, 9) * 1_000)), 0, 0))
                .isFalse();
    }

    @Test
    void oneOutlierIsNoTrend() {
        assertThat(Trend.grows(series(LongStream.range(0, 30).map(i -> i == 28 ? 9_000 : 1_000)), 0, 0))
                .isFalse();
    }

    @Test
    void twoMeasurementsAreTooFew() {
        assertThatThrownBy(() -> Trend.grows(List.of(1L, 2L), 0, 0)).hasMessageContaining("too few");
    }
}
