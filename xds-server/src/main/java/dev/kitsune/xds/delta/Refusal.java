package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import java.time.Instant;

/**
 * A resource that a proxy rejected. It is held back from that proxy until it has another version.
 *
 * @param version empty for a removal
 * @param detail the proxy's error message; omitted for a secret, because the message might quote it
 */
public record Refusal(ResourceType type, String name, String version, String detail, String nodeId, Instant at) {}
