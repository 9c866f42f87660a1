package dev.kitsune.xds.pipeline;

/** Hears of each state that is served, in order. */
@FunctionalInterface
public interface ServedStateListener {
    void served(ServedState state);
}
