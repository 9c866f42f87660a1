package dev.kitsune.xds.expiry;

import dev.kitsune.xds.alarm.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Its time goes on when a test says so, and on the way it rings. */
final class SetAlarm implements Alarm {
    private Instant now;
    private @Nullable Instant next;
    private @Nullable Runnable call;

    SetAlarm(Instant now) {
        this.now = now;
    }

    @Override
    public InstantSource clock() {
        return () -> now;
    }

    @Override
    public void at(Instant time, Runnable what) {
        next = time;
        call = what;
    }

    /** A bound on its ringing, so that one that never has enough is found. */
    void goOn(Duration time) {
        Instant end = now.plus(time);
        for (int rings = 0; next != null && call != null && !next.isAfter(end); rings++) {
            if (rings > 1_000) {
                throw new AssertionError("it rings and rings");
            }
            now = next.isAfter(now) ? next : now;
            Runnable due = call;
            next = null;
            due.run();
        }
        now = end;
    }

    /** Somebody sets the clock, on or back. */
    void set(Instant time) {
        now = time;
    }

    /** Nobody is there to hear it. */
    void sleep(Duration time) {
        now = now.plus(time);
    }

    @Override
    public void close() {
        next = null;
    }
}
