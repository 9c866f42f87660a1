package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A subscribed resource. Guarded by the store's lock; compared by identity. */
final class StoreEntry implements Dependent {
    final ResourceKey key;
    private Set<Wildcard> wildcards = Set.of();
    private Map<Audience, Grant> grants = Map.of();

    /** Null if the name is unknown. */
    @Nullable
    StoredResource current;

    StoreEntry(ResourceKey key) {
        this.key = key;
    }

    boolean isIn(Wildcard wildcard) {
        return wildcards.contains(wildcard);
    }

    boolean isInWildcardOf(Subscription subscription) {
        return wildcards.stream().anyMatch(subscription::follows);
    }

    // Most resources are in at most one wildcard, or one audience names them. There are very many of them.

    void join(Wildcard wildcard) {
        if (wildcards.isEmpty()) {
            wildcards = Set.of(wildcard);
        } else {
            wildcards = wildcards.size() == 1 ? new HashSet<>(wildcards) : wildcards;
            wildcards.add(wildcard);
        }
    }

    void leave(Wildcard wildcard) {
        if (wildcards.contains(wildcard)) {
            if (wildcards.size() == 1) {
                wildcards = Set.of();
            } else {
                wildcards.remove(wildcard);
            }
        }
    }

    @Nullable
    Grant grant(Audience audience) {
        return grants.get(audience);
    }

    void add(Grant grant) {
        grants = grants.isEmpty() ? new HashMap<>(2) : grants;
        grants.put(grant.clientele.audience, grant);
    }

    void remove(Grant grant) {
        grants.remove(grant.clientele.audience);
    }

    boolean isWanted() {
        return !wildcards.isEmpty() || !grants.isEmpty();
    }

    /** Notifies every stream that receives this resource, before it changes. */
    void markAll(Set<Subscription> woken) {
        wildcards.forEach(wildcard -> wildcard.mark(key.name(), woken));
        grants.values().forEach(grant -> grant.mark(woken));
    }
}
