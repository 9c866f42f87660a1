package dev.kitsune.xds.state;

import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** An alarm whose clock a test sets. */
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

    /** Returns the time at which it rings; null for never. */
    @Nullable
    Instant due() {
        return due;
    }

    /** Advances the time at once, like a machine that slept, and then rings if something is due. */
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
