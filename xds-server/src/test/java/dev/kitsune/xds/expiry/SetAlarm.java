package dev.kitsune.xds.expiry;

import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** An alarm whose time a test advances. It rings at the due times. */
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

    /** Advances the time and rings. The number of rings is limited, so that an endless loop is found. */
    void advance(Duration time) {
        Instant end = now.plus(time);
        for (int rings = 0; next != null && listener != null && !next.isAfter(end); rings++) {
            if (rings > 1_000) {
                throw new AssertionError("the alarm rings without end");
            }
            now = next.isAfter(now) ? next : now;
            AlarmListener due = listener;
            next = null;
            due.due();
        }
        now = end;
    }

    /** Sets the clock forward or back. */
    void set(Instant time) {
        now = time;
    }

    /** Advances the time without ringing, like a machine that sleeps. */
    void sleep(Duration time) {
        now = now.plus(time);
    }

    @Override
    public void close() {
        next = null;
    }
}
