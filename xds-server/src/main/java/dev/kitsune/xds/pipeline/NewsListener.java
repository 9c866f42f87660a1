package dev.kitsune.xds.pipeline;

/** Hears when there is something that the next decision is to know. */
@FunctionalInterface
interface NewsListener {
    void hasNews();
}
