package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one proxy holds of a type without asking, shared by all streams of equal proxies. Guarded by the store's lock;
 * compared by identity.
 */
final class Wildcard {
    final ResourceType type;
    final Proxy proxy;
    final Set<Subscription> subscriptions = new HashSet<>(2);
    private final Map<String, List<String>> namesByEnvironment = new HashMap<>();
    private final Map<String, Integer> givers = new HashMap<>();

    Wildcard(ResourceType type, Proxy proxy) {
        this.type = type;
        this.proxy = proxy;
    }

    boolean contains(String name) {
        return givers.containsKey(name);
    }

    Set<String> names() {
        return givers.keySet();
    }

    /** Those that give names, or were asked to be remembered. */
    Set<String> environments() {
        return namesByEnvironment.keySet();
    }

    /** Names that came or went because of a step. */
    record Difference(Set<String> added, Set<String> removed) {}

    /** Sets the names that need no environment; once. */
    Set<String> always(List<String> names) {
        Set<String> added = new HashSet<>();
        names.forEach(name -> give(name, added));
        return added;
    }

    /**
     * Sets the names that one environment gives.
     *
     * @param remember keeps the environment though it gives none, because it may when something else changes
     */
    Difference replace(String environment, List<String> names, boolean remember) {
        List<String> before = names.isEmpty() && !remember
                ? namesByEnvironment.remove(environment)
                : namesByEnvironment.put(environment, names);
        Set<String> added = new HashSet<>();
        Set<String> removed = new HashSet<>();
        if (names.equals(before)) {
            return new Difference(added, removed);
        }
        names.forEach(name -> give(name, added));
        if (before != null) {
            before.forEach(name -> take(name, removed));
        }
        return new Difference(added, removed);
    }

    void mark(String name, Set<Subscription> woken) {
        ResourceKey key = new ResourceKey(type, name);
        for (Subscription subscription : subscriptions) {
            subscription.mark(key, woken);
        }
    }

    private void give(String name, Set<String> added) {
        if (givers.merge(name, 1, Integer::sum) == 1) {
            added.add(name);
        }
    }

    private void take(String name, Set<String> removed) {
        Integer left = givers.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1);
        if (left == null) {
            removed.add(name);
        }
    }
}
