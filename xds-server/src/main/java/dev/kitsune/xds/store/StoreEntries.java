package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Handover handover;
    private final Map<ResourceKey, StoreEntry> entries = new HashMap<>();

    StoreEntries(Production production, Dependencies dependencies, Handover handover) {
        this.production = production;
        this.dependencies = dependencies;
        this.handover = handover;
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
            produce(preparation, entry, woken);
        }
        for (Dependent dependent : stale) {
            if (dependent instanceof Grant grant && grant.entry.grant(grant.clientele.audience) == grant) {
                boolean had = grant.allowed;
                decide(preparation, grant, woken);
                if (grant.allowed && !had) {
                    handover.arrive(grant);
                }
            }
        }
    }

    /** Takes away the rights that were kept for a while. */
    void withhold(Set<Grant> departed, Set<Subscription> woken) {
        departed.forEach(grant -> decide(grant, false, woken));
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

    /** Subscriptions are marked before the change, because they note what they had. */
    private void produce(Preparation preparation, StoreEntry entry, Set<Subscription> woken) {
        Production.Produced produced = preparation.resource(entry.key, entry.current);
        production.note(entry.key, produced.refusal());
        dependencies.record(entry, produced.read());
        if (!Objects.equals(entry.current, produced.resource())) {
            entry.markAll(woken);
            entry.current = produced.resource();
        }
    }

    private void decide(Preparation preparation, Grant grant, Set<Subscription> woken) {
        Production.Decided decided = preparation.right(grant.clientele.audience, grant.entry.key);
        dependencies.record(grant, decided.read());
        if (grant.allowed && decided.kept()) {
            handover.leave(grant);
        } else {
            handover.stay(grant);
            decide(grant, decided.allowed(), woken);
        }
    }

    private void decide(Grant grant, boolean allowed, Set<Subscription> woken) {
        if (grant.allowed != allowed) {
            grant.mark(woken);
        }
        grant.allowed = allowed;
        grant.withheld = allowed ? null : production.withheld(grant.entry.key);
    }

    private StoreEntry entry(Preparation preparation, ResourceKey key) {
        StoreEntry entry = entries.get(key);
        if (entry == null) {
            entry = new StoreEntry(key);
            entries.put(key, entry);
            produce(preparation, entry, new HashSet<>());
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

    /** Adds the stale rights. */
    void addNeeds(Set<Dependent> stale, Needs to) {
        for (Dependent dependent : stale) {
            if (dependent instanceof Grant grant) {
                to.rights().add(new Right(grant.clientele.audience, grant.entry.key));
            }
        }
    }

    /** Adds what is missing for a subscription of an audience to a resource. */
    void addNeeds(Audience audience, ResourceKey key, Needs to) {
        StoreEntry entry = entries.get(key);
        if (entry == null) {
            to.resources().add(key);
        }
        if (entry == null || entry.grant(audience) == null) {
            to.rights().add(new Right(audience, key));
        }
    }

    /** Returns the right of an audience to a resource, which a stream may follow then. */
    Grant grant(Preparation preparation, Clientele clientele, ResourceKey key) {
        StoreEntry entry = entry(preparation, key);
        Grant grant = entry.grant(clientele.audience);
        if (grant == null) {
            grant = new Grant(entry, clientele);
            entry.add(grant);
            decide(preparation, grant, new HashSet<>());
        }
        return grant;
    }

    /** Returns the right of an audience to a resource; null if none of its streams names the resource. */
    @Nullable
    Grant grant(Audience audience, ResourceKey key) {
        StoreEntry entry = entries.get(key);
        return entry == null ? null : entry.grant(audience);
    }

    /** Nobody follows it any more. */
    void forget(Grant grant) {
        grant.entry.remove(grant);
        dependencies.forget(grant);
        handover.stay(grant);
        forgetUnwanted(grant.entry);
    }

    /** Returns the resource of a name for a stream, by its wildcards or because it names the resource. */
    @Nullable
    StoredResource visible(ResourceKey key, Subscription subscription) {
        StoreEntry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (entry.isInWildcardOf(subscription)) {
            return entry.current;
        }
        Grant grant = entry.grant(subscription.following().clientele.audience);
        return grant != null && subscription.follows(grant) ? grant.visible() : null;
    }
}
