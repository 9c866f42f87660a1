package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The wildcard subscriptions of proxies, and the changes of their names. Guarded by the store's lock. */
final class Wildcards {
    private final Production production;
    private final Dependencies dependencies;
    private final StoreEntries entries;
    private final Map<WildcardKey, Wildcard> wildcards = new HashMap<>();

    private record WildcardKey(ResourceType type, Proxy proxy) {}

    Wildcards(Production production, Dependencies dependencies, StoreEntries entries) {
        this.production = production;
        this.dependencies = dependencies;
        this.entries = entries;
    }

    /** Returns the memberships whose names a change may affect. */
    Set<Membership> memberships(Snapshot next, Set<SnapshotKey<?>> changed, Set<Dependent> stale) {
        Set<Membership> memberships = new LinkedHashSet<>();
        for (SnapshotKey<?> key : changed) {
            if (key instanceof VirtualEnvironmentKey virtualEnvironment) {
                wildcards.values().forEach(w -> memberships.add(new Membership(w, virtualEnvironment.name())));
            }
        }
        for (Dependent dependent : stale) {
            if (dependent instanceof Wildcard.Standing standing) {
                memberships.add(new Membership(standing.wildcard(), Membership.STANDING));
            } else if (dependent instanceof Wildcard wildcard) {
                next.virtualEnvironments().keySet().forEach(name -> memberships.add(new Membership(wildcard, name)));
            }
        }
        return memberships;
    }

    /** Finds the names of these memberships again, and marks added and removed ones. */
    void refresh(Preparation preparation, Set<Membership> memberships, Set<Subscription> woken) {
        memberships.forEach(membership -> refresh(preparation, membership, woken));
    }

    private void refresh(Preparation preparation, Membership membership, Set<Subscription> woken) {
        Wildcard wildcard = membership.wildcard();
        Wildcard.NameChange difference = compute(preparation, membership);
        difference.added().forEach(name -> entries.attach(preparation, wildcard, name));
        difference.removed().forEach(name -> entries.detach(wildcard, name));
        difference.added().forEach(name -> wildcard.mark(name, woken));
        difference.removed().forEach(name -> wildcard.mark(name, woken));
    }

    private Wildcard.NameChange compute(Preparation preparation, Membership membership) {
        Wildcard wildcard = membership.wildcard();
        Production.WildcardNames names = preparation.names(membership);
        if (membership.virtualEnvironment().equals(Membership.STANDING)) {
            dependencies.record(wildcard.standing, names.read());
        } else if (wildcard.hasRead(names.read())) {
            dependencies.record(wildcard, wildcard.read());
        }
        List<String> found = names.names() == null ? wildcard.names(membership.virtualEnvironment()) : names.names();
        List<String> canonical = found.stream()
                .map(name -> entries.canonical(wildcard.type, name))
                .toList();
        return wildcard.replace(membership.virtualEnvironment(), canonical, name -> entries.isIn(wildcard, name));
    }

    Wildcard join(Snapshot from, Subscription subscription, ResourceType type) {
        WildcardKey key = new WildcardKey(type, subscription.proxy());
        Wildcard wildcard = wildcards.get(key);
        if (wildcard == null) {
            wildcard = new Wildcard(type, subscription.proxy());
            wildcards.put(key, wildcard);
            fill(from, wildcard);
        }
        wildcard.subscriptions.add(subscription);
        return wildcard;
    }

    void leave(Subscription subscription, Wildcard wildcard) {
        wildcard.subscriptions.remove(subscription);
        if (wildcard.subscriptions.isEmpty()) {
            wildcards.remove(new WildcardKey(wildcard.type, wildcard.proxy));
            dependencies.forget(wildcard);
            dependencies.forget(wildcard.standing);
            wildcard.names().forEach(name -> entries.detach(wildcard, name));
        }
    }

    private void fill(Snapshot from, Wildcard wildcard) {
        if (!wildcard.type.hasWildcard()) {
            return;
        }
        Preparation nothing = new Preparation(production, from);
        fill(nothing, new Membership(wildcard, Membership.STANDING));
        for (VirtualEnvironmentName virtualEnvironment :
                from.virtualEnvironments().keySet()) {
            fill(nothing, new Membership(wildcard, virtualEnvironment));
        }
    }

    private void fill(Preparation preparation, Membership membership) {
        compute(preparation, membership)
                .added()
                .forEach(name -> entries.attach(preparation, membership.wildcard(), name));
    }
}
