package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A resource that a proxy rejected. It is held back from that proxy until it has another version.
 *
 * @param version empty for a removal
 * @param detail the proxy's error message; omitted for a secret, because the message might quote it
 */
public record Refusal(ResourceType type, String name, String version, String detail, String nodeId, Instant at) {
    /** Returns the one that came first; null if there is none. */
    static @Nullable Refusal earlier(@Nullable Refusal one, @Nullable Refusal other) {
        return one == null || (other != null && other.at.isBefore(one.at)) ? other : one;
    }
}
