package dev.kitsune.xds.store;

/** Is called when the first snapshot is published. */
@FunctionalInterface
public interface FirstPublishListener {
    /** Must not block. */
    void published();
}
