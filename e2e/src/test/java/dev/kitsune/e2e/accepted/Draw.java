package dev.kitsune.e2e.accepted;

import java.util.List;
import java.util.Random;

/**
 * Draws from what is usual, and now and then from what is odd.
 *
 * @param oddity how often, of one
 */
record Draw(Random random, double oddity) {
    private static final double LEAST_CHOSEN = 0.1;

    /** What a case may be odd in. */
    enum Theme {
        PLATFORM,
        TOKENS,
        RULES,
        ADAPTERS,
        CERTIFICATES,
        VALUES,
        CALLS
    }

    /** Odd in one theme, and hardly in any other. */
    Draw about(Theme theme, Theme chosen) {
        return new Draw(random, theme == chosen ? oddity : oddity / 50);
    }

    /** Whether this is what the case is odd in. */
    boolean chosen() {
        return oddity > LEAST_CHOSEN;
    }

    boolean odd() {
        return random.nextDouble() < oddity;
    }

    boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    int number(int bound) {
        return random.nextInt(bound);
    }

    <T> T from(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    <T> T from(List<T> usual, List<T> odd) {
        return from(odd() ? odd : usual);
    }
}
