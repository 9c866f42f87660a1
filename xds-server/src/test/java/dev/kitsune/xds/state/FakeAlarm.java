package dev.kitsune.xds.state;

import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A clock that a test sets, and what is to be called when it has come so far. */
final class FakeAlarm implements Alarm {
    private Instant now;
    private @Nullable Instant due;
    private @Nullable AlarmListener listener;

    FakeAlarm(Instant now) {
        this.now = now;
    }

    @Override
    public InstantSource clock() {
        return () -> now;
    }

    @Override
    public void at(Instant time, AlarmListener hears) {
        due = time;
        listener = hears;
    }

    /** When it is to call; null for never. */
    @Nullable
    Instant due() {
        return due;
    }

    /** Lets time go by at once, as for a machine that slept, and calls when something is due. */
    void pass(Duration time) {
        now = now.plus(time);
        AlarmListener hears = listener;
        if (hears != null && due != null && !now.isBefore(due)) {
            due = null;
            listener = null;
            hears.due();
        }
    }

    @Override
    public void close() {
        listener = null;
    }
}
