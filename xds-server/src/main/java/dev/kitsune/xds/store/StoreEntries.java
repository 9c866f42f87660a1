package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscribed resources, and the proxies' rights to them. A resource without subscriptions is removed. Guarded by
 * the store's lock.
 */
final class StoreEntries {
    private final Production production;
    private final Dependencies dependencies;
    private final Map<ResourceKey, StoreEntry> entries = new HashMap<>();

    StoreEntries(Production production, Dependencies dependencies) {
        this.production = production;
        this.dependencies = dependencies;
    }

    int size() {
        return entries.size();
    }

    boolean has(ResourceKey key) {
        return entries.containsKey(key);
    }

    /** Returns the stored resources of a type, in no order. */
    List<StoredResource> all(ResourceType type) {
        return entries.values().stream()
                .filter(entry -> entry.key.type() == type)
                .map(entry -> entry.current)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns those of these resources that still have subscriptions. */
    List<StoreEntry> held(Set<Dependent> stale) {
        List<StoreEntry> held = new ArrayList<>();
        for (Dependent dependent : stale) {
            if (dependent instanceof StoreEntry entry && entries.get(entry.key) == entry) {
                held.add(entry);
            }
        }
        return held;
    }

    /** Makes stale resources again, and marks the changed ones. */
    void refresh(Preparation preparation, Set<Dependent> stale, Set<Subscription> woken) {
        for (StoreEntry entry : held(stale)) {
            if (produce(preparation, entry)) {
                entry.markAll(woken);
            }
        }
        for (Dependent dependent : stale) {
            if (dependent instanceof Grant grant && grant.entry.grant(grant.proxy) == grant) {
                if (decide(preparation.snapshot(), grant)) {
                    grant.mark(woken);
                }
            }
        }
    }

    /** Returns the instance of the name in the store, so that many proxies with the same names share it. */
    String canonical(ResourceType type, String name) {
        StoreEntry entry = entries.get(new ResourceKey(type, name));
        return entry == null ? name : entry.key.name();
    }

    boolean isIn(Wildcard wildcard, String name) {
        StoreEntry entry = entries.get(new ResourceKey(wildcard.type, name));
        return entry != null && entry.isIn(wildcard);
    }

    private boolean produce(Preparation preparation, StoreEntry entry) {
        Production.Produced produced = preparation.resource(entry.key, entry.current);
        production.note(entry.key, produced.refusal());
        dependencies.record(entry, produced.read());
        boolean differs = !Objects.equals(entry.current, produced.resource());
        if (differs) {
            entry.current = produced.resource();
        }
        return differs;
    }

    private boolean decide(Snapshot from, Grant grant) {
        Production.Decided decided = production.entitled(from, grant.proxy, grant.entry.key);
        dependencies.record(grant, decided.read());
        boolean differs = grant.allowed != decided.allowed();
        grant.allowed = decided.allowed();
        grant.withheld = decided.allowed() ? null : production.withheld(grant.entry.key);
        return differs;
    }

    private StoreEntry entry(Preparation preparation, ResourceKey key) {
        StoreEntry entry = entries.get(key);
        if (entry == null) {
            entry = new StoreEntry(key);
            entries.put(key, entry);
            produce(preparation, entry);
        }
        return entry;
    }

    void attach(Preparation preparation, Wildcard wildcard, String name) {
        entry(preparation, new ResourceKey(wildcard.type, name)).join(wildcard);
    }

    void detach(Wildcard wildcard, String name) {
        StoreEntry entry = entries.get(new ResourceKey(wildcard.type, name));
        if (entry != null) {
            entry.leave(wildcard);
            forgetUnwanted(entry);
        }
    }

    private void forgetUnwanted(StoreEntry entry) {
        if (!entry.isWanted()) {
            entries.remove(entry.key);
            dependencies.forget(entry);
            production.forget(entry.key);
        }
    }

    Grant join(Snapshot from, Subscription subscription, ResourceKey key) {
        StoreEntry entry = entry(new Preparation(production, from), key);
        Grant grant = entry.grant(subscription.proxy());
        if (grant == null) {
            grant = new Grant(entry, subscription.proxy());
            entry.add(grant);
            decide(from, grant);
        }
        grant.subscriptions.add(subscription);
        return grant;
    }

    void leave(Subscription subscription, Grant grant) {
        grant.subscriptions.remove(subscription);
        if (grant.subscriptions.isEmpty()) {
            grant.entry.remove(grant);
            dependencies.forget(grant);
            forgetUnwanted(grant.entry);
        }
    }

    /** Returns the resource of a name for a stream with this grant, if any, and with its wildcards. */
    @Nullable
    StoredResource visible(ResourceKey key, Subscription subscription, @Nullable Grant grant) {
        StoreEntry entry = entries.get(key);
        if (entry != null && entry.isInWildcardOf(subscription)) {
            return entry.current;
        }
        return grant == null ? null : grant.visible();
    }
}
