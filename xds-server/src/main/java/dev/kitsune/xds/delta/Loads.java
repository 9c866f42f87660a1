package dev.kitsune.xds.delta;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.store.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The virtual environments that one client has loaded, and those for which it waits. The clusters that a virtual
 * environment needs from the beginning come first, and then its scopes. The client subscribes to the routes of a scope
 * when it gets the scope. A scope is loaded only when a request needs it, because most virtual environments use one of
 * the two directions of a sidecar.
 *
 * <p>A virtual environment that the client does not use is taken away from it again. Requests are not counted all the
 * time, because counting costs each of them something. Instead, the scopes are replaced by counted ones after a while.
 * The first use that the client reports brings the uncounted ones back. Used by one thread at a time.
 */
final class Loads {
    /**
     * The minutes after a load or use for which a virtual environment counts as used. After them, the client gets the
     * counted routes, and the uncounted ones again at the next request.
     */
    static final int USED_MINUTES = 30;

    /**
     * The minutes for which the virtual environments of a client that reconnects count as unused. Connections may end
     * before {@link #USED_MINUTES} have passed again, and nobody remembers what came before. With this, an unused one is
     * taken away all the same.
     */
    static final int RECONNECTED_MINUTES = USED_MINUTES / 2;

    /** The minutes without any request after which a virtual environment is taken away. */
    static final int UNUSED_MINUTES = 10;

    private final Subscription subscription;
    private final Map<VirtualEnvironmentName, Loaded> loaded = new HashMap<>();
    private final Map<ScopeKey, PendingLoad> waiting = new LinkedHashMap<>();

    /** A virtual environment that the client has, or that it waits for. There are very many of them. */
    private static final class Loaded {
        int minutes;

        /** The keys of its scopes. */
        Set<ScopeKey> keys = Set.of();

        /** The names of its counted scopes; empty while its requests are not counted. */
        List<String> counted = List.of();

        void add(ScopeKey key) {
            if (!keys.contains(key)) {
                Set<ScopeKey> more = new HashSet<>(keys);
                more.add(key);
                keys = Set.copyOf(more);
            }
        }

        void remove(ScopeKey key) {
            Set<ScopeKey> fewer = new HashSet<>(keys);
            fewer.remove(key);
            keys = Set.copyOf(fewer);
        }
    }

    /** What a client still has to acknowledge. */
    private static final class PendingLoad {
        final List<CompletableFuture<LoadOutcome>> results = new ArrayList<>();
        LoadStep step = LoadStep.BEGUN;
        Awaited awaited = Awaited.NOTHING;
    }

    /**
     * What a client gets for a load. Many loads may wait at once, so it is found again only if it may have changed.
     *
     * @param generation of the snapshot that it was found in
     * @param counted the names of the counted scopes at that time
     */
    private record Awaited(long generation, List<String> counted, List<String> scopes, List<String> routes) {
        static final Awaited NOTHING = new Awaited(Long.MIN_VALUE, List.of(), List.of(), List.of());
    }

    /** What has been sent of a virtual environment, or is the next to be sent. */
    private enum LoadStep {
        BEGUN,
        CLUSTERS,
        SCOPES
    }

    Loads(Subscription subscription) {
        this.subscription = subscription;
    }

    private boolean isEager() {
        return subscription.proxy().scopes() == Proxy.Scopes.EAGER;
    }

    /** A reconnecting client lists the scopes that it has. A client with all virtual environments loads none. */
    void has(Collection<String> scopes) {
        if (isEager()) {
            return;
        }
        Set<VirtualEnvironmentName> counted = new HashSet<>();
        for (String scope : scopes) {
            ScopeName.parse(scope)
                    .map(name -> name.route().scopeKey())
                    .filter(key -> !key.virtualEnvironment().equals(RouteName.NO_CONTEXT))
                    .ifPresent(key -> {
                        subscription.load(ResourceType.CLUSTER, clusters(key.virtualEnvironment()));
                        add(key);
                        loaded(key.virtualEnvironment()).minutes = RECONNECTED_MINUTES;
                        if (isCountedForAWhile(scope, key)) {
                            counted.add(key.virtualEnvironment());
                        }
                    });
        }
        for (VirtualEnvironmentName virtualEnvironment : counted) {
            Loaded one = loaded(virtualEnvironment);
            one.minutes = USED_MINUTES;
            count(one);
        }
    }

    /** The requests of some virtual environments are counted all the time. */
    private boolean isCountedForAWhile(String scope, ScopeKey key) {
        List<String> now = subscription.loaded(ResourceType.SCOPED_ROUTE, key);
        return !now.isEmpty()
                && !now.contains(scope)
                && now.stream()
                        .flatMap(name -> ScopeName.parse(name).stream())
                        .anyMatch(name -> name.counted().toString().equals(scope));
    }

    private void add(ScopeKey key) {
        VirtualEnvironmentName virtualEnvironment = shared(key.virtualEnvironment());
        ScopeKey kept = new ScopeKey(key.direction(), virtualEnvironment);
        loaded(virtualEnvironment).add(kept);
        subscription.load(ResourceType.SCOPED_ROUTE, kept);
    }

    /** Returns the names of the scopes with a key, as they are now. */
    private List<String> scopes(ScopeKey key) {
        List<String> counted = loaded(key.virtualEnvironment()).counted;
        return counted.isEmpty()
                ? subscription.loaded(ResourceType.SCOPED_ROUTE, key)
                : counted.stream().filter(key::fits).toList();
    }

    private Loaded loaded(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.get(virtualEnvironment);
        return one != null ? one : loaded.computeIfAbsent(shared(virtualEnvironment), name -> new Loaded());
    }

    /** Returns the snapshot's instance of a name, because thousands of streams may hold it for a long time. */
    private VirtualEnvironmentName shared(VirtualEnvironmentName name) {
        ResolvedVirtualEnvironment resolved = subscription.snapshot().virtualEnvironment(name);
        return resolved == null ? name : resolved.name();
    }

    /** All directions have the same clusters. */
    private static ScopeKey clusters(VirtualEnvironmentName virtualEnvironment) {
        return new ScopeKey(ScopeKey.ALL, virtualEnvironment);
    }

    /** The result is completed when {@link #proceed} finds that the load has ended. */
    void load(ScopeKey key, CompletableFuture<LoadOutcome> result) {
        loaded(key.virtualEnvironment()).minutes = 0;
        subscription.loading(shared(key.virtualEnvironment()));
        waiting.computeIfAbsent(key, name -> new PendingLoad()).results.add(result);
    }

    /**
     * Does the next step of each load that can go on.
     *
     * @return whether there is something new to send
     */
    boolean proceed(TypeStream clusters, TypeStream scopes, TypeStream routes) {
        boolean more = false;
        Iterator<Map.Entry<ScopeKey, PendingLoad>> each = waiting.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<ScopeKey, PendingLoad> next = each.next();
            ScopeKey key = next.getKey();
            PendingLoad load = next.getValue();
            ScopeKey ofClusters = clusters(key.virtualEnvironment());
            if (load.step == LoadStep.BEGUN) {
                load.step = LoadStep.CLUSTERS;
                subscription.load(ResourceType.CLUSTER, ofClusters);
                more = true;
            } else if (load.step == LoadStep.CLUSTERS) {
                if (subscription.loaded(ResourceType.CLUSTER, ofClusters).stream()
                        .noneMatch(clusters::isPending)) {
                    load.step = LoadStep.SCOPES;
                    if (!loaded(key.virtualEnvironment()).keys.contains(key)) {
                        used(key.virtualEnvironment());
                        add(key);
                    }
                    scopes.ask(scopes(key));
                    more = true;
                }
            } else {
                Optional<LoadOutcome> result = result(awaited(key, load), scopes, routes);
                if (result.isPresent()) {
                    each.remove();
                    end(key, load, result.get());
                }
            }
        }
        return more;
    }

    private Awaited awaited(ScopeKey key, PendingLoad load) {
        long generation = subscription.taken();
        List<String> counted = loaded(key.virtualEnvironment()).counted;
        if (load.awaited.generation() != generation || !load.awaited.counted().equals(counted)) {
            List<String> scopes = scopes(key);
            load.awaited = new Awaited(generation, counted, scopes, routes(scopes));
        }
        return load.awaited;
    }

    private List<String> routes(List<String> scopes) {
        return scopes.stream()
                .flatMap(scope -> ScopeName.parse(scope).stream())
                .map(scope -> RouteConfigurations.inScope(scope.route(), subscription.snapshot())
                        .toString())
                .toList();
    }

    /** The client waits for the routes when it has the scopes. */
    private static Optional<LoadOutcome> result(Awaited awaited, TypeStream scopes, TypeStream routes) {
        if (awaited.scopes().isEmpty()) {
            return Optional.of(LoadOutcome.NOTHING);
        }
        if (!awaited.scopes().stream().allMatch(scopes::isHeld)) {
            return awaited.scopes().stream().noneMatch(scopes::isPending)
                    ? Optional.of(LoadOutcome.REFUSED)
                    : Optional.empty();
        }
        if (!awaited.routes().stream().allMatch(routes::isSettled)) {
            return Optional.empty();
        }
        return Optional.of(
                awaited.routes().stream().anyMatch(routes::isRefused) ? LoadOutcome.REFUSED : LoadOutcome.LOADED);
    }

    private void end(ScopeKey key, PendingLoad load, LoadOutcome result) {
        Loaded one = loaded(key.virtualEnvironment());
        if (result == LoadOutcome.NOTHING) {
            subscription.unload(ResourceType.SCOPED_ROUTE, key);
            one.remove(key);
        }
        if (one.keys.isEmpty() || isEager()) {
            unload(key.virtualEnvironment());
        }
        if (waiting.keySet().stream()
                .noneMatch(other -> other.virtualEnvironment().equals(key.virtualEnvironment()))) {
            subscription.loaded(key.virtualEnvironment());
        }
        load.results.forEach(each -> each.complete(result));
    }

    /** The client's requests use it, so they need not be counted for a while. */
    void used(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.get(virtualEnvironment);
        if (one != null) {
            one.minutes = 0;
            if (!one.counted.isEmpty()) {
                one.keys.forEach(key -> subscription.load(ResourceType.SCOPED_ROUTE, key));
                stopCounting(one);
            }
        }
    }

    /** Counts one more minute without a use. */
    void minute() {
        Set<VirtualEnvironmentName> awaited = new HashSet<>();
        waiting.keySet().forEach(key -> awaited.add(key.virtualEnvironment()));
        for (VirtualEnvironmentName virtualEnvironment : List.copyOf(loaded.keySet())) {
            Loaded one = loaded.get(virtualEnvironment);
            if (one != null && !awaited.contains(virtualEnvironment)) {
                one.minutes++;
                if ((one.counted.isEmpty() && scopes(one).isEmpty()) || one.minutes >= USED_MINUTES + UNUSED_MINUTES) {
                    unload(virtualEnvironment);
                } else if (one.minutes >= USED_MINUTES && one.counted.isEmpty()) {
                    count(one);
                }
            }
        }
    }

    private List<String> scopes(Loaded one) {
        return one.keys.stream()
                .flatMap(key -> subscription.loaded(ResourceType.SCOPED_ROUTE, key).stream())
                .toList();
    }

    private void count(Loaded one) {
        one.counted = scopes(one).stream()
                .flatMap(scope -> ScopeName.parse(scope).stream())
                .map(scope -> scope.counted().toString())
                .toList();
        subscription.subscribe(ResourceType.SCOPED_ROUTE, one.counted);
        one.keys.forEach(key -> subscription.unload(ResourceType.SCOPED_ROUTE, key));
    }

    private void stopCounting(Loaded one) {
        subscription.unsubscribe(ResourceType.SCOPED_ROUTE, one.counted);
        subscription.mark(ResourceType.SCOPED_ROUTE, one.counted);
        one.counted = List.of();
    }

    private void unload(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.remove(virtualEnvironment);
        if (one != null) {
            stopCounting(one);
            one.keys.forEach(key -> subscription.unload(ResourceType.SCOPED_ROUTE, key));
            subscription.unload(ResourceType.CLUSTER, clusters(virtualEnvironment));
        }
    }

    /** The stream has ended. */
    void end() {
        waiting.values().forEach(load -> load.results.forEach(each -> each.complete(LoadOutcome.ENDED)));
        waiting.clear();
    }
}
