package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one proxy holds of a type without asking, shared by all streams of equal proxies. Guarded by the store's lock;
 * compared by identity.
 */
final class Wildcard implements Dependent {
    final ResourceType type;
    final Proxy proxy;
    final Set<Subscription> subscriptions = new HashSet<>(2);
    final Standing standing = new Standing(this);
    private final Map<String, List<String>> namesByVirtualEnvironment = new HashMap<>();
    private final Map<String, Integer> furtherGivers = new HashMap<>();
    private Set<SnapshotKey<?>> read = Set.of();

    /**
     * The names that no virtual environment gives, which have readings of their own: what changes them changes no
     * others.
     */
    record Standing(Wildcard wildcard) implements Dependent {}

    Wildcard(ResourceType type, Proxy proxy) {
        this.type = type;
        this.proxy = proxy;
    }

    /** All of them; one that two virtual environments give comes twice. */
    List<String> names() {
        return namesByVirtualEnvironment.values().stream().flatMap(List::stream).toList();
    }

    /** Those that one virtual environment gives, or none. */
    List<String> names(String virtualEnvironment) {
        return namesByVirtualEnvironment.getOrDefault(virtualEnvironment, List.of());
    }

    /**
     * Takes in what was read to find the names of one virtual environment. It is kept for all virtual environments
     * together: most read the same, and there are as many of them as there are virtual environments and proxies,
     * multiplied.
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

    /** Everything that its names were made from, the virtual environments apart. */
    Set<SnapshotKey<?>> read() {
        return read;
    }

    /** Names that came or went because of a step. */
    record NameChange(Set<String> added, Set<String> removed) {}

    /**
     * Sets the names that one virtual environment gives, or none.
     *
     * @param has whether a name was among these before; the store knows, and so it is not kept twice
     */
    NameChange replace(String virtualEnvironment, List<String> names, Predicate<String> has) {
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
        ResourceKey key = new ResourceKey(type, name);
        for (Subscription subscription : subscriptions) {
            subscription.mark(key, woken);
        }
    }
}
