package dev.kitsune.xds.store;

import java.util.HashSet;
import java.util.Set;

/** Something that ends when all streams have acknowledged what replaces it, and after a grace period. */
abstract class Departure {
    /** The longest time for which a stream without acknowledgement can delay the grace period. */
    private static final int UNACKNOWLEDGED_SECONDS = 20;

    final long generation;
    final Set<Subscription> waiting = new HashSet<>();
    private final int graceSeconds;
    private int unacknowledged;
    private int grace;

    /** {@code generation}: the publish since which it is not used any more */
    Departure(long generation, int graceSeconds) {
        this.generation = generation;
        this.graceSeconds = graceSeconds;
    }

    /** Counts one more second, and returns whether it was the last one. */
    boolean second() {
        if (!waiting.isEmpty() && unacknowledged < UNACKNOWLEDGED_SECONDS) {
            unacknowledged++;
            return false;
        }
        grace++;
        return grace >= graceSeconds;
    }
}
