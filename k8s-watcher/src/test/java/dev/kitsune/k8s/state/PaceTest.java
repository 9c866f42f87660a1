package dev.kitsune.k8s.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long GAP = SECOND / 50;

    private final Pace pace = new Pace();

    @Test
    void fiftyTurnsASecond() {
        assertThat(LongStream.range(0, 200).map(i -> pace.turn(7)).boxed().toList())
                .isEqualTo(turns(7, 200));
        assertThat(pace.turn(7 + 10 * SECOND)).as("nobody has waited").isEqualTo(7 + 10 * SECOND);
    }

    private static List<Long> turns(long from, int count) {
        List<Long> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(from + i * GAP);
        }
        return turns;
    }

    /** Times of the JVM may be negative, and may be too large for a number at any moment. */
    @Test
    void timesMayOverflow() {
        assertThat(pace.turn(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(pace.turn(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE + GAP);
        assertThat(pace.turn(Long.MAX_VALUE + 1)).isEqualTo(Long.MAX_VALUE + 2 * GAP);
    }

    @Test
    void aTurnThatIsUsedLateDelaysTheNextOne() {
        pace.turn(0);
        pace.used(5 * SECOND);

        assertThat(pace.turn(5 * SECOND)).isEqualTo(5 * SECOND + GAP);
    }

    @Test
    void aWriterWithOneObjectIsNotHeldUpByOneWithThousands() throws Exception {
        Thread many = new Thread(() -> {
            for (int i = 0; i < 5_000 && !Thread.currentThread().isInterrupted(); i++) {
                pace.await();
            }
        });
        many.start();
        long began = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            pace.await();
        }
        long took = System.nanoTime() - began;
        many.interrupt();
        many.join();

        // Ten turns each, and a machine that is busy with something else.
        assertThat(took).isGreaterThanOrEqualTo(9 * GAP).isLessThan(10 * SECOND);
    }
}
