package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import java.time.Instant;

/**
 * A resource that a proxy would not take; it is held back from it until it has another version.
 *
 * @param version empty for a removal
 * @param detail the words of the proxy; left out for a secret, which they might quote
 */
public record Refusal(ResourceType type, String name, String version, String detail, String nodeId, Instant at) {}
