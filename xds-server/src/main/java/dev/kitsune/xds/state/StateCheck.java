package dev.kitsune.xds.state;

import java.util.Optional;

/** A check of the state for somebody who waits. */
@FunctionalInterface
public interface StateCheck<T> {
    /** Returns the result; empty while waiting continues. */
    Optional<T> outcome();
}
