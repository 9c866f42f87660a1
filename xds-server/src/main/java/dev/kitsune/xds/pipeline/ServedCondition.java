package dev.kitsune.xds.pipeline;

/** A condition to wait for. */
@FunctionalInterface
public interface ServedCondition {
    boolean holds(ServedState state);
}
