package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;

/** The identity of a resource. */
record ResourceKey(ResourceType type, String name) {}
