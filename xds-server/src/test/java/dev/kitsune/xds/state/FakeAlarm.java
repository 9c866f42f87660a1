package dev.kitsune.xds.state;

import dev.kitsune.xds.alarm.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A clock that a test sets, and what is to be called when it has come so far. */
final class FakeAlarm implements Alarm {
    private Instant now;
    private @Nullable Instant due;
    private @Nullable Runnable call;

    FakeAlarm(Instant now) {
        this.now = now;
    }

    @Override
    public InstantSource clock() {
        return () -> now;
    }

    @Override
    public void at(Instant time, Runnable calls) {
        due = time;
        call = calls;
    }

    /** When it is to call; null for never. */
    @Nullable
    Instant due() {
        return due;
    }

    /** Lets time go by at once, as for a machine that slept, and calls when something is due. */
    void pass(Duration time) {
        now = now.plus(time);
        Runnable calls = call;
        if (calls != null && due != null && !now.isBefore(due)) {
            due = null;
            call = null;
            calls.run();
        }
    }

    @Override
    public void close() {
        call = null;
    }
}
