package dev.kitsune.xds.store;

/** Hears that there is a snapshot to answer from. */
@FunctionalInterface
public interface FirstPublishListener {
    /** Must only hand work on. */
    void published();
}
