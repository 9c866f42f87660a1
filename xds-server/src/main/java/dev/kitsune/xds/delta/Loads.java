package dev.kitsune.xds.delta;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.store.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The virtual environments that one client has loaded, and those for which it waits. The clusters that a virtual
 * environment needs from the beginning come first, and then its scopes.
 *
 * <p>A virtual environment that the client does not use is taken away from it again. Requests are not counted all the
 * time, because counting costs each of them something. Instead, the scopes are replaced by counted ones after a while.
 * The first use that the client reports brings the uncounted ones back. Used by one thread at a time.
 */
final class Loads {
    /**
     * The minutes after a load or use for which a virtual environment counts as used. After them, its next request waits
     * for the counted routes, and one of the following for the uncounted ones.
     */
    static final int USED_MINUTES = 30;

    /** The minutes without any request after which a virtual environment is taken away. */
    static final int UNUSED_MINUTES = 10;

    private final Subscription subscription;
    private final Map<VirtualEnvironmentName, Loaded> loaded = new HashMap<>();
    private final Map<VirtualEnvironmentName, PendingLoad> waiting = new LinkedHashMap<>();

    /** A virtual environment that the client has, or that it waits for. */
    private static final class Loaded {
        int minutes;

        /** The names of its counted scopes; empty while its requests are not counted. */
        List<String> counted = List.of();
    }

    /** What a client still has to acknowledge. */
    private static final class PendingLoad {
        final List<CompletableFuture<LoadOutcome>> results = new ArrayList<>();
        LoadStep step = LoadStep.BEGUN;
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
        for (String scope : scopes) {
            ScopeName.parse(scope)
                    .map(name -> name.route().virtualEnvironment())
                    .filter(name -> !name.equals(RouteName.NO_CONTEXT))
                    .map(this::shared)
                    .filter(name -> loaded.putIfAbsent(name, new Loaded()) == null)
                    .ifPresent(name -> {
                        subscription.load(ResourceType.CLUSTER, name);
                        subscription.load(ResourceType.SCOPED_ROUTE, name);
                    });
        }
    }

    /** Returns the snapshot's instance of a name, because thousands of streams may hold it for a long time. */
    private VirtualEnvironmentName shared(VirtualEnvironmentName name) {
        ResolvedVirtualEnvironment resolved = subscription.snapshot().virtualEnvironment(name);
        return resolved == null ? name : resolved.name();
    }

    /** The result is completed when {@link #proceed} finds that the load has ended. */
    void load(VirtualEnvironmentName virtualEnvironment, CompletableFuture<LoadOutcome> result) {
        loaded.computeIfAbsent(shared(virtualEnvironment), name -> new Loaded()).minutes = 0;
        waiting.computeIfAbsent(virtualEnvironment, name -> new PendingLoad())
                .results
                .add(result);
    }

    /**
     * Does the next step of each load that can go on.
     *
     * @return whether there is something new to send
     */
    boolean proceed(TypeStream clusters, TypeStream scopes) {
        boolean more = false;
        Iterator<Map.Entry<VirtualEnvironmentName, PendingLoad>> each =
                waiting.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<VirtualEnvironmentName, PendingLoad> next = each.next();
            VirtualEnvironmentName name = next.getKey();
            PendingLoad load = next.getValue();
            // The names may change at any time, so they are never kept.
            if (load.step == LoadStep.BEGUN) {
                load.step = LoadStep.CLUSTERS;
                subscription.load(ResourceType.CLUSTER, name);
                more = true;
            } else if (load.step == LoadStep.CLUSTERS) {
                if (subscription.loaded(ResourceType.CLUSTER, name).stream().noneMatch(clusters::isPending)) {
                    load.step = LoadStep.SCOPES;
                    List<String> counted = counted(name);
                    scopes.ask(counted.isEmpty() ? subscription.load(ResourceType.SCOPED_ROUTE, name) : counted);
                    more = true;
                }
            } else {
                Optional<LoadOutcome> result = result(scopes(name), scopes);
                if (result.isPresent()) {
                    each.remove();
                    end(name, load, result.get());
                }
            }
        }
        return more;
    }

    private List<String> counted(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.get(virtualEnvironment);
        return one == null ? List.of() : one.counted;
    }

    private List<String> scopes(VirtualEnvironmentName virtualEnvironment) {
        List<String> counted = counted(virtualEnvironment);
        return counted.isEmpty() ? subscription.loaded(ResourceType.SCOPED_ROUTE, virtualEnvironment) : counted;
    }

    private static Optional<LoadOutcome> result(List<String> names, TypeStream scopes) {
        if (names.isEmpty()) {
            return Optional.of(LoadOutcome.NOTHING);
        }
        if (names.stream().allMatch(scopes::isHeld)) {
            return Optional.of(LoadOutcome.LOADED);
        }
        return names.stream().noneMatch(scopes::isPending) ? Optional.of(LoadOutcome.REFUSED) : Optional.empty();
    }

    private void end(VirtualEnvironmentName virtualEnvironment, PendingLoad load, LoadOutcome result) {
        if (result == LoadOutcome.NOTHING || isEager()) {
            unload(virtualEnvironment);
        }
        load.results.forEach(each -> each.complete(result));
    }

    /** The client's requests use it, so they need not be counted for a while. */
    void used(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.get(virtualEnvironment);
        if (one != null) {
            one.minutes = 0;
            if (!one.counted.isEmpty()) {
                subscription.load(ResourceType.SCOPED_ROUTE, virtualEnvironment);
                stopCounting(one);
            }
        }
    }

    /** Counts one more minute without a use. */
    void minute() {
        for (VirtualEnvironmentName virtualEnvironment : List.copyOf(loaded.keySet())) {
            Loaded one = loaded.get(virtualEnvironment);
            if (one != null && !waiting.containsKey(virtualEnvironment)) {
                one.minutes++;
                if (scopes(virtualEnvironment).isEmpty() || one.minutes >= USED_MINUTES + UNUSED_MINUTES) {
                    unload(virtualEnvironment);
                } else if (one.minutes >= USED_MINUTES && one.counted.isEmpty()) {
                    count(virtualEnvironment, one);
                }
            }
        }
    }

    private void count(VirtualEnvironmentName virtualEnvironment, Loaded one) {
        one.counted = subscription.loaded(ResourceType.SCOPED_ROUTE, virtualEnvironment).stream()
                .flatMap(scope -> ScopeName.parse(scope).stream())
                .map(scope -> scope.counted().toString())
                .toList();
        subscription.subscribe(ResourceType.SCOPED_ROUTE, one.counted);
        subscription.unload(ResourceType.SCOPED_ROUTE, virtualEnvironment);
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
            subscription.unload(ResourceType.SCOPED_ROUTE, virtualEnvironment);
            subscription.unload(ResourceType.CLUSTER, virtualEnvironment);
        }
    }

    /** The stream has ended. */
    void end() {
        waiting.values().forEach(load -> load.results.forEach(each -> each.complete(LoadOutcome.UNACKNOWLEDGED)));
        waiting.clear();
    }
}
