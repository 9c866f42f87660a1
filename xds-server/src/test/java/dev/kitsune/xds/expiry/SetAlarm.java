package dev.kitsune.xds.expiry;

import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Its time goes on when a test says so, and on the way it rings. */
final class SetAlarm implements Alarm {
    private Instant now;
    private @Nullable Instant next;
    private @Nullable AlarmListener listener;

    SetAlarm(Instant now) {
        this.now = now;
    }

    @Override
    public InstantSource clock() {
        return () -> now;
    }

    @Override
    public void at(Instant time, AlarmListener hears) {
        next = time;
        listener = hears;
    }

    /** A bound on its ringing, so that one that never has enough is found. */
    void goOn(Duration time) {
        Instant end = now.plus(time);
        for (int rings = 0; next != null && listener != null && !next.isAfter(end); rings++) {
            if (rings > 1_000) {
                throw new AssertionError("it rings and rings");
            }
            now = next.isAfter(now) ? next : now;
            AlarmListener due = listener;
            next = null;
            due.due();
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
