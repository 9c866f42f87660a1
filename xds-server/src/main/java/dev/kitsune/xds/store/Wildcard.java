package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one proxy holds of a type without asking, shared by all streams of equal proxies. Guarded by the store's lock;
 * compared by identity.
 */
final class Wildcard {
    final ResourceType type;
    final Proxy proxy;
    final Set<Subscription> subscriptions = new HashSet<>(2);
    private final Map<String, List<String>> namesByEnvironment = new HashMap<>();
    private final Map<String, Integer> furtherGivers = new HashMap<>();
    private List<String> always = List.of();

    Wildcard(ResourceType type, Proxy proxy) {
        this.type = type;
        this.proxy = proxy;
    }

    /** All of them; one that two environments give comes twice. */
    List<String> names() {
        return Stream.concat(
                        always.stream(), namesByEnvironment.values().stream().flatMap(List::stream))
                .toList();
    }

    /** Those that give names, or were asked to be remembered. */
    Set<String> environments() {
        return namesByEnvironment.keySet();
    }

    /** Names that came or went because of a step. */
    record Difference(Set<String> added, Set<String> removed) {}

    /** Sets the names that need no environment; once, before any others. */
    Set<String> always(List<String> names) {
        always = names;
        return Set.copyOf(names);
    }

    /**
     * Sets the names that one environment gives.
     *
     * @param remember keeps the environment though it gives none, because it may when something else changes
     * @param has whether a name was among these before; the store knows, and so it is not kept twice
     */
    Difference replace(String environment, List<String> names, boolean remember, Predicate<String> has) {
        List<String> before = names.isEmpty() && !remember
                ? namesByEnvironment.remove(environment)
                : namesByEnvironment.put(environment, names);
        Set<String> added = new HashSet<>();
        Set<String> removed = new HashSet<>();
        if (names.equals(before)) {
            return new Difference(added, removed);
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
        return new Difference(added, removed);
    }

    void mark(String name, Set<Subscription> woken) {
        ResourceKey key = new ResourceKey(type, name);
        for (Subscription subscription : subscriptions) {
            subscription.mark(key, woken);
        }
    }
}
