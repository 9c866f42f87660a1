package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;

/** The question whether an audience may have a resource. */
record Right(Audience audience, ResourceKey resource) {}
