package dev.kitsune.xds.delta;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.route.RouteConfigurations;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.store.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The virtual environments that one client has loaded, and those for which it waits. The clusters that a virtual
 * environment needs from the beginning come first, and then its scopes. The client subscribes to the routes of a scope
 * when it gets the scope. A scope is loaded only when a request needs it: of the two directions of a sidecar, most
 * virtual environments use one.
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

    /** The minutes without any request after which a virtual environment is taken away. */
    static final int UNUSED_MINUTES = 10;

    private final Subscription subscription;
    private final Map<VirtualEnvironmentName, Loaded> loaded = new HashMap<>();
    private final Map<ScopeKey, PendingLoad> waiting = new LinkedHashMap<>();

    /** A virtual environment that the client has, or that it waits for. */
    private static final class Loaded {
        /** The names of its scopes, as they are while its requests are not counted. */
        final Set<String> scopes = new LinkedHashSet<>(2);

        int minutes;
        boolean counted;

        /** Returns the names of these scopes, as they are now. */
        List<String> served(Collection<String> names) {
            return counted ? names.stream().map(Loaded::counted).toList() : List.copyOf(names);
        }

        private static String counted(String scope) {
            return ScopeName.parse(scope).map(name -> name.counted().toString()).orElse(scope);
        }
    }

    /** What a client still has to acknowledge. */
    private static final class PendingLoad {
        final List<CompletableFuture<LoadOutcome>> results = new ArrayList<>();
        LoadStep step = LoadStep.BEGUN;
        List<String> scopes = List.of();
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
                    .filter(name -> !name.route().virtualEnvironment().equals(RouteName.NO_CONTEXT))
                    .ifPresent(name -> {
                        VirtualEnvironmentName virtualEnvironment = name.route().virtualEnvironment();
                        subscription.load(ResourceType.CLUSTER, virtualEnvironment);
                        add(loaded(virtualEnvironment), List.of(name.plain().toString()));
                    });
        }
    }

    private Loaded loaded(VirtualEnvironmentName virtualEnvironment) {
        return loaded.computeIfAbsent(virtualEnvironment, name -> new Loaded());
    }

    /** Returns the names of the scopes, as they are now. */
    private List<String> add(Loaded one, List<String> scopes) {
        one.scopes.addAll(scopes);
        List<String> served = one.served(scopes);
        subscription.subscribe(ResourceType.SCOPED_ROUTE, served);
        return served;
    }

    /** The result is completed when {@link #proceed} finds that the load has ended. */
    void load(ScopeKey key, CompletableFuture<LoadOutcome> result) {
        loaded(key.virtualEnvironment()).minutes = 0;
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
            VirtualEnvironmentName name = key.virtualEnvironment();
            PendingLoad load = next.getValue();
            if (load.step == LoadStep.BEGUN) {
                load.step = LoadStep.CLUSTERS;
                subscription.load(ResourceType.CLUSTER, name);
                more = true;
            } else if (load.step == LoadStep.CLUSTERS) {
                if (subscription.loaded(ResourceType.CLUSTER, name).stream().noneMatch(clusters::isPending)) {
                    load.step = LoadStep.SCOPES;
                    load.scopes = names(key);
                    scopes.ask(add(loaded(name), load.scopes));
                    more = true;
                }
            } else {
                Optional<LoadOutcome> result = result(key, loaded(name).served(load.scopes), scopes, routes);
                if (result.isPresent()) {
                    each.remove();
                    end(name, load, result.get());
                }
            }
        }
        return more;
    }

    private List<String> names(ScopeKey key) {
        return subscription.names(ResourceType.SCOPED_ROUTE, key.virtualEnvironment()).stream()
                .filter(key::fits)
                .toList();
    }

    private Optional<LoadOutcome> result(ScopeKey key, List<String> names, TypeStream scopes, TypeStream routes) {
        if (!names.isEmpty() && names.stream().allMatch(scopes::isHeld)) {
            return result(names, routes);
        }
        if (names.stream().anyMatch(scopes::isPending)) {
            return Optional.empty();
        }
        return Optional.of(names(key).isEmpty() ? LoadOutcome.NOTHING : LoadOutcome.REFUSED);
    }

    /** The client waits for the routes when it has the scopes. */
    private Optional<LoadOutcome> result(List<String> scopes, TypeStream routes) {
        for (String scope : scopes) {
            Optional<String> name = ScopeName.parse(scope)
                    .map(parsed -> RouteConfigurations.inScope(parsed.route(), subscription.snapshot())
                            .toString());
            if (name.isPresent() && !routes.isSettled(name.get())) {
                return Optional.empty();
            }
            if (name.filter(routes::isRefused).isPresent()) {
                return Optional.of(LoadOutcome.REFUSED);
            }
        }
        return Optional.of(LoadOutcome.LOADED);
    }

    private void end(VirtualEnvironmentName virtualEnvironment, PendingLoad load, LoadOutcome result) {
        if (loaded(virtualEnvironment).scopes.isEmpty() || isEager()) {
            unload(virtualEnvironment);
        }
        load.results.forEach(each -> each.complete(result));
    }

    /** The client's requests use it, so they need not be counted for a while. */
    void used(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.get(virtualEnvironment);
        if (one != null) {
            one.minutes = 0;
            count(one, false);
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
                boolean gone = subscription.snapshot().virtualEnvironment(virtualEnvironment) == null;
                if (gone || one.minutes >= USED_MINUTES + UNUSED_MINUTES) {
                    unload(virtualEnvironment);
                } else if (one.minutes >= USED_MINUTES) {
                    count(one, true);
                }
            }
        }
    }

    /** Replaces the scopes by those with the same keys whose requests are counted or not. */
    private void count(Loaded one, boolean counted) {
        if (one.counted != counted) {
            List<String> before = one.served(one.scopes);
            one.counted = counted;
            subscription.subscribe(ResourceType.SCOPED_ROUTE, one.served(one.scopes));
            takeAway(before);
        }
    }

    private void takeAway(List<String> scopes) {
        subscription.unsubscribe(ResourceType.SCOPED_ROUTE, scopes);
        subscription.mark(ResourceType.SCOPED_ROUTE, scopes);
    }

    private void unload(VirtualEnvironmentName virtualEnvironment) {
        Loaded one = loaded.remove(virtualEnvironment);
        if (one != null) {
            takeAway(one.served(one.scopes));
            subscription.unload(ResourceType.CLUSTER, virtualEnvironment);
        }
    }

    /** The stream has ended. */
    void end() {
        waiting.values().forEach(load -> load.results.forEach(each -> each.complete(LoadOutcome.UNACKNOWLEDGED)));
        waiting.clear();
    }
}
