package dev.kitsune.xds.check;

import dev.kitsune.envoy.ResourceType;

/** Names one resource. */
record ServedName(ResourceType type, String name) {}
