package dev.kitsune.envoy.trace;

import dev.kitsune.envoy.ResourceType;

/** Receives each resource that another one names. */
@FunctionalInterface
public interface ReferenceListener {
    void named(ResourceType type, String name);
}
