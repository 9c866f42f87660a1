package dev.kitsune.xds.pipeline;

import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.source.LastGoodStore;

/**
 * The stores from which a pipeline starts and in which it saves its decisions.
 *
 * @param judges whether this process finds by itself which versions of objects are good, and does not only use those that
 *     are stored
 * @param shared whether another process stores last good versions, too
 */
public record Stores(ReleaseStore releases, LastGoodStore lastGood, boolean judges, boolean shared) {
    /**
     * Whether an object that the source does not have is needed by nothing. In a cluster, a deleted object that something
     * needs still exists.
     */
    boolean missingIsGone() {
        return judges && shared;
    }
}
