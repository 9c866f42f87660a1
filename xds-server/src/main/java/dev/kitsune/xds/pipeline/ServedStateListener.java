package dev.kitsune.xds.pipeline;

/** Receives each served state in order. */
@FunctionalInterface
public interface ServedStateListener {
    void served(ServedState state);
}
