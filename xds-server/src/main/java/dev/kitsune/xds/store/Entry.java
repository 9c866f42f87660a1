package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A resource that somebody subscribes to. Guarded by the store's lock; compared by identity. */
final class Entry implements Dependent {
    final ResourceKey key;
    final Set<Wildcard> wildcards = new HashSet<>(2);
    final Map<Proxy, Grant> grants = new HashMap<>(2);

    /** Null where the name is none of ours. */
    @Nullable
    StoredResource current;

    Entry(ResourceKey key) {
        this.key = key;
    }

    boolean isWanted() {
        return !wildcards.isEmpty() || !grants.isEmpty();
    }

    /** Tells every stream that would be sent this resource. */
    void markAll(Set<Subscription> woken) {
        wildcards.forEach(wildcard -> wildcard.mark(key.name(), woken));
        grants.values().forEach(grant -> grant.mark(woken));
    }
}
