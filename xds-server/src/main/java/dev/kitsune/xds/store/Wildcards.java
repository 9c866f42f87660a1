package dev.kitsune.xds.store;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The wildcard subscriptions of proxies, and the changes of their names. Guarded by the store's lock. */
final class Wildcards {
    private final Production production;
    private final Dependencies dependencies;
    private final StoreEntries entries;
    private final Map<WildcardKey, Wildcard> wildcards = new HashMap<>();
    private final Set<Wildcard> eager = new HashSet<>();
    private final SetMultimap<VirtualEnvironmentName, Wildcard> loaded = HashMultimap.create();

    private record WildcardKey(
            ResourceType type, Proxy proxy, @Nullable VirtualEnvironmentName loaded) {}

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
                VirtualEnvironmentName name = virtualEnvironment.name();
                eager.forEach(wildcard -> memberships.add(new Membership(wildcard, name)));
                loaded.get(name).forEach(wildcard -> memberships.add(new Membership(wildcard, name)));
            }
        }
        for (Dependent dependent : stale) {
            if (dependent instanceof Wildcard.Standing standing) {
                memberships.add(new Membership(standing.wildcard(), Membership.STANDING));
            } else if (dependent instanceof Wildcard wildcard) {
                held(wildcard, next).forEach(name -> memberships.add(new Membership(wildcard, name)));
            }
        }
        return memberships;
    }

    private static Set<VirtualEnvironmentName> held(Wildcard wildcard, Snapshot from) {
        if (wildcard.loaded != null) {
            return Set.of(wildcard.loaded);
        }
        return wildcard.isEager() ? from.virtualEnvironments().keySet() : Set.of();
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

    /** {@code only}: the virtual environment that the proxy has loaded; null for what it has without loading any */
    Wildcard join(Snapshot from, Subscription subscription, ResourceType type, @Nullable VirtualEnvironmentName only) {
        WildcardKey key = new WildcardKey(type, subscription.proxy(), only);
        Wildcard wildcard = wildcards.get(key);
        if (wildcard == null) {
            wildcard = new Wildcard(type, subscription.proxy(), only);
            wildcards.put(key, wildcard);
            if (only != null) {
                loaded.put(only, wildcard);
            } else if (wildcard.isEager()) {
                eager.add(wildcard);
            }
            fill(from, wildcard);
        }
        wildcard.subscriptions.add(subscription);
        return wildcard;
    }

    void leave(Subscription subscription, Wildcard wildcard) {
        wildcard.subscriptions.remove(subscription);
        if (wildcard.subscriptions.isEmpty()) {
            wildcards.remove(new WildcardKey(wildcard.type, wildcard.proxy, wildcard.loaded));
            eager.remove(wildcard);
            if (wildcard.loaded != null) {
                loaded.remove(wildcard.loaded, wildcard);
            }
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
        if (wildcard.loaded == null) {
            fill(nothing, new Membership(wildcard, Membership.STANDING));
        }
        held(wildcard, from).forEach(name -> fill(nothing, new Membership(wildcard, name)));
    }

    private void fill(Preparation preparation, Membership membership) {
        compute(preparation, membership)
                .added()
                .forEach(name -> entries.attach(preparation, membership.wildcard(), name));
    }
}
