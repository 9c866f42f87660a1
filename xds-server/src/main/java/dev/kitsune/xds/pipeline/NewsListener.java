package dev.kitsune.xds.pipeline;

/** Is called when there is news for the next decision. */
@FunctionalInterface
interface NewsListener {
    void hasNews();
}
