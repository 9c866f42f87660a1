package dev.kitsune.xds.pipeline;

/** What somebody waits for. */
@FunctionalInterface
public interface ServedCondition {
    boolean holds(ServedState state);
}
