package dev.kitsune.k8s.status;

import java.util.concurrent.TimeUnit;

/** Spreads writes evenly, because the API server has others to serve. Times are those of {@link System#nanoTime}. */
final class Pace {
    private static final int WRITES_PER_SECOND = 50;
    private static final long GAP = TimeUnit.SECONDS.toNanos(1) / WRITES_PER_SECOND;

    private boolean begun;
    private long next;

    /** Returns the nanoseconds until the next write; 0 for none. */
    long pause(long now) {
        return begun ? Math.max(0, next - now) : 0;
    }

    void written(long now) {
        begun = true;
        next = now + GAP;
    }

    /** Nothing may be written for so long. */
    void rest(long now, long nanos) {
        begun = true;
        next = now + nanos;
    }
}
