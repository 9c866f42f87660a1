package dev.kitsune.xds.state;

import java.util.Optional;

/** A look at the state by somebody who waits for something. */
@FunctionalInterface
public interface StateCheck<T> {
    /** Empty as long as it goes on. */
    Optional<T> outcome();
}
