package dev.kitsune.xds.pipeline;

import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.source.LastGoodStore;

/**
 * The stores from which a pipeline starts and in which it saves its decisions.
 *
 * @param follows whether another process decides, so that this one saves nothing
 */
public record Stores(ReleaseStore releases, LastGoodStore lastGood, boolean follows) {}
