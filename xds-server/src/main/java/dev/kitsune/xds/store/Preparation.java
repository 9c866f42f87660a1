package dev.kitsune.xds.store;

import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.store.Production.Produced;
import dev.kitsune.xds.store.Production.WildcardNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changed resources of a snapshot. They are translated and checked before the store's lock is taken, so that no
 * stream waits. Streams may have been opened or closed in the meantime. Resources that are missing because of this are
 * made under the lock.
 */
final class Preparation {
    private final Production production;
    private final Snapshot snapshot;
    private final Map<Membership, WildcardNames> names = new HashMap<>();
    private final Map<ResourceKey, Resource> resources = new HashMap<>();

    /** @param earlier what was served of it when it was made */
    private record Resource(@Nullable StoredResource earlier, Produced produced) {}

    Preparation(Production production, Snapshot snapshot) {
        this.production = production;
        this.snapshot = snapshot;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Finds the names of wildcards. */
    void names(Set<Membership> memberships) {
        memberships.forEach(membership -> names.put(membership, production.names(snapshot, membership)));
    }

    /** The resources of these names. */
    Set<ResourceKey> keys() {
        Set<ResourceKey> keys = new HashSet<>();
        names.forEach((membership, found) -> {
            List<String> each = found.names() == null ? List.of() : found.names();
            each.forEach(name -> keys.add(new ResourceKey(membership.wildcard().type, name)));
        });
        return keys;
    }

    /** Makes resources, each with what is served of it now. */
    void resources(Map<ResourceKey, Optional<StoredResource>> wanted) {
        wanted.forEach((key, served) -> {
            StoredResource earlier = served.orElse(null);
            resources.put(key, new Resource(earlier, production.resource(snapshot, key, earlier)));
        });
    }

    WildcardNames names(Membership membership) {
        WildcardNames prepared = names.get(membership);
        return prepared == null ? production.names(snapshot, membership) : prepared;
    }

    /** A resource as it is to be served in place of an earlier one. */
    Produced resource(ResourceKey key, @Nullable StoredResource earlier) {
        Resource prepared = resources.get(key);
        return prepared != null && Objects.equals(prepared.earlier, earlier)
                ? prepared.produced
                : production.resource(snapshot, key, earlier);
    }
}
