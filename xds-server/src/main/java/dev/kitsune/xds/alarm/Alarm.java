package dev.kitsune.xds.alarm;

import java.time.Instant;
import java.time.InstantSource;

/** The time, and someone who calls when it has come. Tests have one whose time they set. */
public interface Alarm extends AutoCloseable {
    /** The time as it is. */
    InstantSource clock();

    /** Tells the listener once at that time, in place of what it was to do before. */
    void at(Instant time, AlarmListener listener);

    @Override
    void close();
}
