package dev.kitsune.xds.store;

/** Is called when what proxies have of some virtual environment may have changed. */
@FunctionalInterface
public interface TouchListener {
    /** Not called again until {@link ResourceStore#takeTouched}. Must not block, because it is called under a lock. */
    void touched();
}
