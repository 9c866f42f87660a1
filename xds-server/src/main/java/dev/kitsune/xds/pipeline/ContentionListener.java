package dev.kitsune.xds.pipeline;

/** Hears when several objects want the same, so that it matters which of them was first. */
@FunctionalInterface
public interface ContentionListener {
    void contended();
}
