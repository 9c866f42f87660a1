package dev.kitsune.xds.store;

import com.google.common.collect.Sets;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The wildcard subscription of one audience to a type, shared by all of its streams. An audience that loads virtual
 * environments on demand has a further one for each virtual environment that it has loaded. Guarded by the store's
 * lock; compared by identity.
 */
final class Wildcard extends Followed implements Dependent {
    final ResourceType type;

    /** The only virtual environment and direction whose names it holds; null if it is not limited. */
    final @Nullable ScopeKey loaded;

    final Standing standing = new Standing(this);
    private final Map<VirtualEnvironmentName, List<String>> namesByVirtualEnvironment = new HashMap<>();
    private final Map<String, Integer> furtherGivers = new HashMap<>();
    private Set<SnapshotKey<?>> read = Set.of();

    /** The names that depend on no virtual environment. Their dependencies are recorded separately. */
    record Standing(Wildcard wildcard) implements Dependent {}

    Wildcard(ResourceType type, Clientele clientele, @Nullable ScopeKey loaded) {
        super(clientele);
        this.type = type;
        this.loaded = loaded;
    }

    WildcardKey key() {
        return new WildcardKey(type, clientele.audience, loaded);
    }

    /** Returns all names. A name that depends on two virtual environments occurs twice. */
    List<String> names() {
        return namesByVirtualEnvironment.values().stream().flatMap(List::stream).toList();
    }

    /** The virtual environments whose names it holds. */
    Set<VirtualEnvironmentName> virtualEnvironments() {
        return loaded != null
                ? Set.of(loaded.virtualEnvironment())
                : Sets.difference(namesByVirtualEnvironment.keySet(), Set.of(NamesKey.STANDING));
    }

    /** Returns the names that depend on one virtual environment, or on none. */
    List<String> names(VirtualEnvironmentName virtualEnvironment) {
        return namesByVirtualEnvironment.getOrDefault(virtualEnvironment, List.of());
    }

    /**
     * Adds the keys that were read to find the names of one virtual environment. They are stored for all virtual
     * environments together. Most of them are equal, and their number would be virtual environments times proxies.
     *
     * @return whether there is something new in it
     */
    boolean hasRead(Set<SnapshotKey<?>> keys) {
        if (read.containsAll(keys)) {
            return false;
        }
        Set<SnapshotKey<?>> both = new HashSet<>(read);
        both.addAll(keys);
        read = Set.copyOf(both);
        return true;
    }

    /** Returns all keys that its names depend on, except those of the virtual environments. */
    Set<SnapshotKey<?>> read() {
        return read;
    }

    /** The names that were added or removed by a step. */
    record NameChange(Set<String> added, Set<String> removed) {}

    /**
     * Sets the names that depend on one virtual environment, or on none.
     *
     * @param has whether a name was among these before; only the store keeps this
     */
    NameChange replace(VirtualEnvironmentName virtualEnvironment, List<String> names, Predicate<String> has) {
        List<String> before = names.isEmpty()
                ? namesByVirtualEnvironment.remove(virtualEnvironment)
                : namesByVirtualEnvironment.put(virtualEnvironment, names);
        Set<String> added = new HashSet<>();
        Set<String> removed = new HashSet<>();
        if (names.equals(before)) {
            return new NameChange(added, removed);
        }
        for (String name : names) {
            if (has.test(name) || !added.add(name)) {
                furtherGivers.merge(name, 1, Integer::sum);
            }
        }
        if (before != null) {
            for (String name : before) {
                if (!furtherGivers.containsKey(name)) {
                    removed.add(name);
                } else {
                    furtherGivers.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1);
                }
            }
        }
        return new NameChange(added, removed);
    }

    void mark(String name, Set<Subscription> woken) {
        mark(new ResourceKey(type, name), woken);
    }
}
