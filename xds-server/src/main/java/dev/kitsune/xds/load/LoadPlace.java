package dev.kitsune.xds.load;

import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.xds.delta.LoadBegun;
import dev.kitsune.xds.delta.LoadTime;
import java.util.concurrent.CompletableFuture;

/** A replica at which a proxy may have its stream. */
public interface LoadPlace {
    /**
     * Brings a virtual environment to the proxy with this Node, if it has a stream here, for requests with this key.
     * The answer never fails because of another process: one that cannot be reached has no stream.
     */
    CompletableFuture<LoadAnswer> load(String nodeId, ScopeKey key, LoadTime time, LoadBegun begun);

    /** Whether the replica does not answer at this time, so that nobody should wait for it. */
    default boolean isSilent() {
        return false;
    }

    /** It should have said something, but has not since this time of {@link System#nanoTime}. */
    default void saysNothing(long since) {}
}
