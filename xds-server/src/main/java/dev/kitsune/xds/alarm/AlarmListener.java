package dev.kitsune.xds.alarm;

/** Is called at a requested time. */
@FunctionalInterface
public interface AlarmListener {
    void due();
}
