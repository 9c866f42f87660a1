package dev.kitsune.xds.pipeline;

/** Is called when several objects compete, so that their precedence matters. */
@FunctionalInterface
public interface ContentionListener {
    void contended();
}
