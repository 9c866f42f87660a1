package dev.kitsune.e2e.trace;

import java.util.List;
import java.util.Random;

/** Picks one of several values. */
final class Pick {
    private Pick() {}

    static <T> T from(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }
}
