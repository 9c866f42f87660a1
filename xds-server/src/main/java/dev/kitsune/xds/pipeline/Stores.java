package dev.kitsune.xds.pipeline;

import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.source.LastGoodStore;

/**
 * What a pipeline goes on from, and where it keeps what it decides.
 *
 * @param follows whether another process decides: then nothing is kept here
 */
public record Stores(ReleaseStore releases, LastGoodStore lastGood, boolean follows) {}
