package dev.kitsune.xds.alarm;

import java.time.Instant;
import java.time.InstantSource;

/** A clock with a scheduler. Tests use one whose time they set. */
public interface Alarm extends AutoCloseable {
    /** Returns the clock. */
    InstantSource clock();

    /** Calls the listener once at that time. This replaces an earlier request. */
    void at(Instant time, AlarmListener listener);

    @Override
    void close();
}
