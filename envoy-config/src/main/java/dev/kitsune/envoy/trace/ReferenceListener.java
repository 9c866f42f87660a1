package dev.kitsune.envoy.trace;

import dev.kitsune.envoy.ResourceType;

/** Hears of each resource that another one names. */
@FunctionalInterface
public interface ReferenceListener {
    void named(ResourceType type, String name);
}
