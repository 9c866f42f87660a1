package dev.kitsune.xds.alarm;

/** Hears when the time has come. */
@FunctionalInterface
public interface AlarmListener {
    void due();
}
