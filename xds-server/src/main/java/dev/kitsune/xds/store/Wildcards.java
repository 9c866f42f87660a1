package dev.kitsune.xds.store;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The wildcard subscriptions of proxies, and the changes of their names. Guarded by the store's lock. */
final class Wildcards {
    private final Dependencies dependencies;
    private final StoreEntries entries;
    private final Map<WildcardKey, Wildcard> wildcards = new HashMap<>();
    private final Set<Wildcard> eager = new HashSet<>();
    private final SetMultimap<VirtualEnvironmentName, Wildcard> loaded = HashMultimap.create();

    Wildcards(Dependencies dependencies, StoreEntries entries) {
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
                memberships.add(new Membership(standing.wildcard(), NamesKey.STANDING));
            } else if (dependent instanceof Wildcard wildcard) {
                wildcard.key()
                        .virtualEnvironments(next)
                        .forEach(name -> memberships.add(new Membership(wildcard, name)));
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
        difference.added().forEach(name -> wildcard.mark(name, woken));
        difference.removed().forEach(name -> wildcard.mark(name, woken));
        difference.added().forEach(name -> entries.attach(preparation, wildcard, name));
        difference.removed().forEach(name -> entries.detach(wildcard, name));
    }

    private Wildcard.NameChange compute(Preparation preparation, Membership membership) {
        Wildcard wildcard = membership.wildcard();
        Production.WildcardNames names = preparation.names(membership.names());
        if (membership.names().isStanding()) {
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

    /** Adds what is missing for a wildcard subscription. */
    void addNeeds(Snapshot from, WildcardKey key, Needs to) {
        if (!wildcards.containsKey(key)) {
            key.dependsOn(from).forEach(one -> to.names().add(key.names(one)));
        }
    }

    /** Returns a wildcard that some stream follows; null for none. */
    @Nullable
    Wildcard get(WildcardKey key) {
        return wildcards.get(key);
    }

    /** Returns the wildcards by which streams have a virtual environment: those of its scopes, and of its clusters. */
    List<Wildcard> holding(VirtualEnvironmentName virtualEnvironment) {
        return Stream.concat(
                        loaded.get(virtualEnvironment).stream(),
                        eager.stream()
                                .filter(wildcard -> wildcard.type == ResourceType.SCOPED_ROUTE)
                                .filter(wildcard ->
                                        !wildcard.names(virtualEnvironment).isEmpty()))
                .toList();
    }

    /** Returns the scopes of all virtual environments that streams have. */
    Map<VirtualEnvironmentName, Set<String>> scopes() {
        Map<VirtualEnvironmentName, Set<String>> found = new HashMap<>();
        Stream.concat(loaded.values().stream(), eager.stream())
                .filter(wildcard -> wildcard.type == ResourceType.SCOPED_ROUTE)
                .forEach(wildcard -> wildcard.virtualEnvironments()
                        .forEach(name -> found.computeIfAbsent(name, n -> new HashSet<>())
                                .addAll(wildcard.names(name))));
        return found;
    }

    /** Returns a wildcard of a clientele, which a stream may follow then. */
    Wildcard of(Preparation preparation, Clientele clientele, ResourceType type, @Nullable ScopeKey only) {
        WildcardKey key = new WildcardKey(type, clientele.audience, only);
        Wildcard known = wildcards.get(key);
        if (known != null) {
            return known;
        }
        Wildcard wildcard = new Wildcard(type, clientele, only);
        wildcards.put(key, wildcard);
        if (only != null) {
            loaded.put(only.virtualEnvironment(), wildcard);
        } else if (key.isEager()) {
            eager.add(wildcard);
        }
        key.dependsOn(preparation.snapshot())
                .forEach(one -> refresh(preparation, new Membership(wildcard, one), new HashSet<>()));
        return wildcard;
    }

    /** Nobody follows it any more. */
    void forget(Wildcard wildcard) {
        wildcards.remove(wildcard.key());
        eager.remove(wildcard);
        if (wildcard.loaded != null) {
            loaded.remove(wildcard.loaded.virtualEnvironment(), wildcard);
        }
        dependencies.forget(wildcard);
        dependencies.forget(wildcard.standing);
        wildcard.names().forEach(name -> entries.detach(wildcard, name));
    }
}
