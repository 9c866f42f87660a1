package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.store.Production.Decided;
import dev.kitsune.xds.store.Production.Found;
import dev.kitsune.xds.store.Production.Produced;
import dev.kitsune.xds.store.Production.WildcardNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The results of translation that a change needs: the publishing of a snapshot, or new subscriptions. They are made
 * before the store's lock is taken, so that no stream waits. Streams may have been opened or closed in the meantime. What
 * is missing because of this is made under the lock.
 */
final class Preparation {
    private final Production production;
    private final Snapshot snapshot;
    private final Map<NamesKey, WildcardNames> names = new HashMap<>();
    private final Map<ResourceKey, Resource> resources = new HashMap<>();
    private final Map<Right, Decided> rights = new HashMap<>();
    private final Map<Subscription, Found> audiences = new HashMap<>();

    /** @param earlier what was served of it when it was made */
    private record Resource(@Nullable StoredResource earlier, Produced produced) {}

    Preparation(Production production, Snapshot snapshot) {
        this.production = production;
        this.snapshot = snapshot;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Finds names of wildcards. */
    void names(Collection<NamesKey> wanted) {
        wanted.forEach(key -> names.computeIfAbsent(key, k -> production.names(snapshot, k)));
    }

    /** The resources of these names. */
    Set<ResourceKey> keys() {
        Set<ResourceKey> keys = new HashSet<>();
        names.forEach((key, found) -> {
            if (found.names() != null) {
                found.names().forEach(name -> keys.add(new ResourceKey(key.type(), name)));
            }
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

    void rights(Collection<Right> wanted) {
        wanted.forEach(right -> rights.computeIfAbsent(right, r -> production.entitled(snapshot, r)));
    }

    void audiences(Collection<Subscription> of) {
        of.forEach(subscription -> audiences.put(subscription, found(subscription)));
    }

    WildcardNames names(NamesKey key) {
        WildcardNames prepared = names.get(key);
        return prepared == null ? production.names(snapshot, key) : prepared;
    }

    /** A resource as it is to be served in place of an earlier one. */
    Produced resource(ResourceKey key, @Nullable StoredResource earlier) {
        Resource prepared = resources.get(key);
        return prepared != null && Objects.equals(prepared.earlier, earlier)
                ? prepared.produced
                : production.resource(snapshot, key, earlier);
    }

    Decided right(Audience audience, ResourceKey resource) {
        Right right = new Right(audience, resource);
        Decided prepared = rights.get(right);
        return prepared == null ? production.entitled(snapshot, right) : prepared;
    }

    Found audience(Subscription of) {
        Found prepared = audiences.get(of);
        return prepared == null ? found(of) : prepared;
    }

    private Found found(Subscription of) {
        return production.audience(snapshot, of.proxy(), of.audience());
    }
}
