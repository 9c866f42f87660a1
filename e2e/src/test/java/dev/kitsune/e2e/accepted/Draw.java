package dev.kitsune.e2e.accepted;

import java.util.List;
import java.util.Random;

/**
 * Draws usual values, and now and then odd ones.
 *
 * @param oddity the share of odd values, from 0 to 1
 */
record Draw(Random random, double oddity) {
    private static final double LEAST_CHOSEN = 0.1;

    /** The parts of manifests that may be odd in a case. */
    enum Theme {
        PLATFORM,
        TOKENS,
        RULES,
        ADAPTERS,
        CERTIFICATES,
        VALUES,
        CALLS
    }

    /** Returns a draw with many odd values in the chosen theme, and few in all others. */
    Draw about(Theme theme, Theme chosen) {
        return new Draw(random, theme == chosen ? oddity : oddity / 50);
    }

    /** Whether this is the chosen theme of the case. */
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
