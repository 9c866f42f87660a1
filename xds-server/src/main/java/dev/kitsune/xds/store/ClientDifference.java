package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client has, stored as the difference to what it is served. A client that has acknowledged everything costs
 * nothing here, however much it has. Guarded by the store's lock.
 */
final class ClientDifference {
    private static final HeldResource NOTHING = new HeldResource("", false);

    private final Map<ResourceType, Map<String, HeldResource>> different = new EnumMap<>(ResourceType.class);

    /** Notes what the client has of a name whose resource is about to change. */
    void before(ResourceKey key, @Nullable StoredResource served) {
        different
                .computeIfAbsent(key.type(), type -> new HashMap<>())
                .putIfAbsent(key.name(), served == null ? NOTHING : HeldResource.of(served));
    }

    boolean knows(ResourceKey key) {
        return different.getOrDefault(key.type(), Map.of()).containsKey(key.name());
    }

    /** Returns what the client has of a name; null for nothing. */
    @Nullable
    HeldResource held(ResourceKey key, @Nullable StoredResource served) {
        HeldResource held = different.getOrDefault(key.type(), Map.of()).get(key.name());
        if (held == null) {
            return served == null ? null : HeldResource.of(served);
        }
        return held.equals(NOTHING) ? null : held;
    }

    /** Records what the client has now. */
    void set(ResourceKey key, @Nullable HeldResource held, @Nullable StoredResource served) {
        different.computeIfAbsent(key.type(), type -> new HashMap<>()).put(key.name(), held == null ? NOTHING : held);
        settle(key, served);
    }

    /** Forgets a difference that no longer is one. */
    void settle(ResourceKey key, @Nullable StoredResource served) {
        Map<String, HeldResource> ofType = different.getOrDefault(key.type(), Map.of());
        HeldResource held = ofType.get(key.name());
        String version = served == null ? NOTHING.version() : served.version();
        if (held != null && held.version().equals(version)) {
            ofType.remove(key.name());
            if (ofType.isEmpty()) {
                different.remove(key.type());
            }
        }
    }
}
