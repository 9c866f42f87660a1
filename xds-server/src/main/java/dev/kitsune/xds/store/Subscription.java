package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one stream, and the changes since its last {@link #take}. Changes coalesce. However long a
 * stream is busy, it finds each name once, with the newest resource, and all resources of the same snapshot.
 */
public final class Subscription {
    private final ResourceStore store;
    private final Object lock;
    private final Proxy proxy;
    private final SubscriptionListener listener;
    private final Map<ResourceType, Wildcard> wildcards = new EnumMap<>(ResourceType.class);
    private final Map<VirtualEnvironmentName, Map<ResourceType, Wildcard>> loaded = new HashMap<>();
    private final Map<ResourceType, Map<String, Grant>> named = new EnumMap<>(ResourceType.class);
    private Map<ResourceType, Set<String>> marked = new EnumMap<>(ResourceType.class);
    private boolean awake;
    private boolean closed;
    private long taken;

    /**
     * The first generation that its client may not have acknowledged completely; 0 for none. Maintained by the
     * handover.
     */
    long owes;

    /** The newest generation that changed one of its resources. Maintained by the handover. */
    long lastMarked;

    Subscription(ResourceStore store, Object lock, Proxy proxy, SubscriptionListener listener) {
        this.store = store;
        this.lock = lock;
        this.proxy = proxy;
        this.listener = listener;
    }

    public Proxy proxy() {
        return proxy;
    }

    /** The snapshot that is served. */
    public SnapshotView snapshot() {
        return store.published();
    }

    /** Adds names; each is found by the next {@link #take}, subscribed to before or not. */
    public void subscribe(ResourceType type, Collection<String> names) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            Map<String, Grant> ofType = named.computeIfAbsent(type, t -> new HashMap<>());
            for (String name : names) {
                ofType.computeIfAbsent(name, n -> store.join(this, new ResourceKey(type, n)));
                note(new ResourceKey(type, name));
            }
        }
    }

    public void unsubscribe(ResourceType type, Collection<String> names) {
        synchronized (lock) {
            Map<String, Grant> ofType = named.getOrDefault(type, Map.of());
            for (String name : names) {
                Grant grant = ofType.remove(name);
                if (grant != null) {
                    store.leave(this, grant);
                }
            }
        }
    }

    /** Adds the wildcard subscription of a type. The next {@link #take} finds all of its resources. */
    public void subscribeWildcard(ResourceType type) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            Wildcard wildcard = wildcards.computeIfAbsent(type, t -> store.joinWildcard(this, t, null));
            wildcard.names().forEach(name -> note(new ResourceKey(type, name)));
        }
    }

    /** Ends the wildcard subscription. The next {@link #take} finds the removed resources. */
    public void unsubscribeWildcard(ResourceType type) {
        synchronized (lock) {
            Wildcard wildcard = wildcards.remove(type);
            if (wildcard != null) {
                leave(wildcard);
            }
        }
    }

    /**
     * Returns the names of a type that belong to one virtual environment; empty if the proxy may not act for it, or if
     * there is none.
     */
    public List<String> names(ResourceType type, VirtualEnvironmentName virtualEnvironment) {
        return store.names(proxy, type, virtualEnvironment);
    }

    /**
     * Adds the resources of a type that belong to one virtual environment. The next {@link #take} finds them.
     *
     * @return their names; empty if the proxy may not act for the virtual environment, or if there is none
     */
    public List<String> load(ResourceType type, VirtualEnvironmentName virtualEnvironment) {
        synchronized (lock) {
            if (closed) {
                return List.of();
            }
            Wildcard wildcard = loaded.computeIfAbsent(virtualEnvironment, v -> new EnumMap<>(ResourceType.class))
                    .computeIfAbsent(type, t -> store.joinWildcard(this, t, virtualEnvironment));
            List<String> names = wildcard.names();
            names.forEach(name -> note(new ResourceKey(type, name)));
            return names;
        }
    }

    /** Returns the names that {@link #load} added and that are still there. */
    public List<String> loaded(ResourceType type, VirtualEnvironmentName virtualEnvironment) {
        synchronized (lock) {
            Wildcard wildcard =
                    loaded.getOrDefault(virtualEnvironment, Map.of()).get(type);
            return wildcard == null ? List.of() : wildcard.names();
        }
    }

    /** Ends what {@link #load} began. The next {@link #take} finds the removed resources. */
    public void unload(ResourceType type, VirtualEnvironmentName virtualEnvironment) {
        synchronized (lock) {
            Map<ResourceType, Wildcard> ofOne =
                    loaded.getOrDefault(virtualEnvironment, new EnumMap<>(ResourceType.class));
            Wildcard wildcard = ofOne.remove(type);
            if (wildcard != null) {
                leave(wildcard);
            }
            if (ofOne.isEmpty()) {
                loaded.remove(virtualEnvironment);
            }
        }
    }

    private void leave(Wildcard wildcard) {
        wildcard.names().forEach(name -> note(new ResourceKey(wildcard.type, name)));
        store.leaveWildcard(this, wildcard);
    }

    /** Makes the next {@link #take} find these names, subscribed to or not. */
    public void mark(ResourceType type, Collection<String> names) {
        synchronized (lock) {
            names.forEach(name -> note(new ResourceKey(type, name)));
        }
    }

    /**
     * Returns the changes since the last call, by type and name. A value is empty if the name is no longer subscribed
     * to, unknown, or not allowed for this proxy.
     */
    public Map<ResourceType, Map<String, Optional<StoredResource>>> take() {
        synchronized (lock) {
            Map<ResourceType, Set<String>> names = marked;
            marked = new EnumMap<>(ResourceType.class);
            awake = false;
            taken = store.handover().generation();
            Map<ResourceType, Map<String, Optional<StoredResource>>> found = new EnumMap<>(ResourceType.class);
            names.forEach((type, ofType) -> {
                Map<String, Optional<StoredResource>> resources = new LinkedHashMap<>(ofType.size() * 2);
                ofType.forEach(name -> resources.put(name, Optional.ofNullable(find(type, name))));
                found.put(type, resources);
            });
            return found;
        }
    }

    /** Returns the generation of the last {@link #take}. */
    public long taken() {
        synchronized (lock) {
            return taken;
        }
    }

    /** The client has taken everything up to a generation, but for what is kept from it until others are prepared. */
    public void prepared(long generation) {
        synchronized (lock) {
            store.handover().prepared(this, generation);
        }
    }

    /** The client has taken everything up to a generation. */
    public void acknowledged(long generation) {
        synchronized (lock) {
            store.handover().acknowledged(this, generation);
        }
    }

    /**
     * The component versions whose sidecars are not prepared for calls yet; when there are fewer, this is woken.
     *
     * @param first of routes that the client has not got yet, and that a request may be waiting for
     */
    public Set<ComponentVersion> unprepared(boolean first) {
        synchronized (lock) {
            return closed ? Set.of() : store.handover().unprepared(this, first);
        }
    }

    /** Whether a virtual environment runs one of these. */
    public boolean runs(VirtualEnvironmentName virtualEnvironment, Set<ComponentVersion> versions) {
        synchronized (lock) {
            return store.runs(virtualEnvironment, versions);
        }
    }

    /** Everything of a type that is subscribed to, in no order. */
    public List<StoredResource> all(ResourceType type) {
        synchronized (lock) {
            Set<String> names =
                    new LinkedHashSet<>(named.getOrDefault(type, Map.of()).keySet());
            Wildcard wildcard = wildcards.get(type);
            if (wildcard != null) {
                names.addAll(wildcard.names());
            }
            for (Map<ResourceType, Wildcard> ofOne : loaded.values()) {
                Wildcard ofType = ofOne.get(type);
                if (ofType != null) {
                    names.addAll(ofType.names());
                }
            }
            List<StoredResource> found = new ArrayList<>(names.size());
            for (String name : names) {
                StoredResource resource = find(type, name);
                if (resource != null) {
                    found.add(resource);
                }
            }
            return found;
        }
    }

    /** Ends all subscriptions. A resource without other subscriptions is removed. */
    public void close() {
        synchronized (lock) {
            closed = true;
            named.values().forEach(ofType -> ofType.values().forEach(grant -> store.leave(this, grant)));
            named.clear();
            wildcards.values().forEach(wildcard -> store.leaveWildcard(this, wildcard));
            wildcards.clear();
            loaded.values().forEach(ofOne -> ofOne.values().forEach(each -> store.leaveWildcard(this, each)));
            loaded.clear();
            marked.clear();
            store.handover().closed(this);
        }
    }

    private @Nullable StoredResource find(ResourceType type, String name) {
        return store.visible(
                new ResourceKey(type, name),
                this,
                named.getOrDefault(type, Map.of()).get(name));
    }

    /** Under the lock. */
    void mark(ResourceKey key, Set<Subscription> woken) {
        note(key);
        store.handover().marked(this);
        if (!awake) {
            awake = true;
            woken.add(this);
        }
    }

    void wake() {
        listener.changed();
    }

    private void note(ResourceKey key) {
        marked.computeIfAbsent(key.type(), t -> new LinkedHashSet<>()).add(key.name());
    }
}
