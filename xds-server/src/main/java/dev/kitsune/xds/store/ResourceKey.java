package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;

/** What a resource is known by. */
record ResourceKey(ResourceType type, String name) {}
