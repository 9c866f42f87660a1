package dev.kitsune.k8s.state;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Spreads the writes of one process evenly, because the API server has others to serve. Each writer takes one turn at a
 * time. So none of them waits behind more than one write of each other one, however many those have to write. Times are
 * those of {@link System#nanoTime}.
 */
public final class Pace {
    private static final int WRITES_PER_SECOND = 50;
    private static final long GAP = TimeUnit.SECONDS.toNanos(1) / WRITES_PER_SECOND;

    /** Guarded by this, like the field below. */
    private boolean begun;

    private long next;

    /** Takes a turn, and returns its time. */
    public synchronized long turn(long now) {
        long turn = begun && next - now > 0 ? next : now;
        begun = true;
        next = turn + GAP;
        return turn;
    }

    /** A turn was used, maybe later than it could have been. */
    public synchronized void used(long now) {
        next = Math.max(next - now, GAP) + now;
    }

    /** Takes a turn and waits for it. A thread that is interrupted ends soon, and does not wait. */
    public void await() {
        long turn = turn(System.nanoTime());
        for (long left = turn - System.nanoTime();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = turn - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
