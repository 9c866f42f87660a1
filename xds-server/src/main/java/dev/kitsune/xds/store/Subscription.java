package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one stream, and the changes since its last {@link #take}. Changes coalesce. However long a
 * stream is busy, it finds each name once, with the newest resource, and all resources of the same snapshot.
 */
public final class Subscription implements Dependent {
    private final ResourceStore store;
    private final Object lock;
    private final Proxy proxy;
    private final SubscriptionListener listener;
    private final @Nullable ClientDifference difference;
    private Map<ResourceType, Set<String>> marked = Map.of();
    private @Nullable Following following;
    private Set<VirtualEnvironmentName> loading = Set.of();
    private ClientRefusals refusals = ClientRefusals.NONE;
    private boolean begun;
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

    /** @param difference what the client has; null if nobody asks for it */
    Subscription(
            ResourceStore store,
            Object lock,
            Proxy proxy,
            SubscriptionListener listener,
            @Nullable ClientDifference difference) {
        this.store = store;
        this.lock = lock;
        this.proxy = proxy;
        this.listener = listener;
        this.difference = difference;
    }

    public Proxy proxy() {
        return proxy;
    }

    /** The audience that the proxy belongs to; null until the store has found it. */
    @Nullable
    Audience audience() {
        return following == null ? null : following.clientele.audience;
    }

    /** The snapshot that is served. */
    public SnapshotView snapshot() {
        return store.published();
    }

    /** Adds names; each is found by the next {@link #take}, subscribed to before or not. */
    public void subscribe(ResourceType type, Collection<String> names) {
        store.change(
                needs -> names.forEach(
                        name -> store.addNeeds(following().clientele.audience, new ResourceKey(type, name), needs)),
                preparation -> {
                    if (!closed) {
                        names.forEach(name -> follow(preparation, new ResourceKey(type, name)));
                    }
                    return null;
                });
    }

    private void follow(Preparation preparation, ResourceKey key) {
        note(key);
        following().add(store.grant(preparation, following().clientele, key));
    }

    public void unsubscribe(ResourceType type, Collection<String> names) {
        synchronized (lock) {
            for (String name : names) {
                Grant grant = grant(new ResourceKey(type, name));
                if (grant != null) {
                    keep(grant.entry.key);
                    store.leave(following(), grant);
                }
            }
        }
    }

    private @Nullable Grant grant(ResourceKey key) {
        Grant grant = store.grant(following().clientele.audience, key);
        return grant != null && follows(grant) ? grant : null;
    }

    /** Whether the client subscribes to a name. A wildcard is no subscription to a name. */
    public boolean isNamed(ResourceType type, String name) {
        synchronized (lock) {
            return grant(new ResourceKey(type, name)) != null;
        }
    }

    /** Returns the names that the client subscribes to. */
    public List<String> named(ResourceType type) {
        synchronized (lock) {
            return following().grants(type).map(grant -> grant.entry.key.name()).toList();
        }
    }

    /** Returns the number of names that the client subscribes to. */
    public int countNamed(ResourceType type) {
        synchronized (lock) {
            return following().countNamed(type);
        }
    }

    /** Returns what the client has of a name; null for nothing. */
    public @Nullable HeldResource held(ResourceType type, String name) {
        synchronized (lock) {
            ResourceKey key = new ResourceKey(type, name);
            return tracked().held(key, find(key));
        }
    }

    /**
     * The client has this resource now; null for none.
     *
     * @return what it had before
     */
    public @Nullable HeldResource holds(ResourceType type, String name, @Nullable HeldResource held) {
        synchronized (lock) {
            ResourceKey key = new ResourceKey(type, name);
            StoredResource served = find(key);
            HeldResource before = tracked().held(key, served);
            if (!closed) {
                tracked().set(key, held, served);
            }
            return before;
        }
    }

    private ClientDifference tracked() {
        return Objects.requireNonNull(difference, "what this client has is not tracked");
    }

    /** Adds the wildcard subscription of a type. The next {@link #take} finds all of its resources. */
    public void subscribeWildcard(ResourceType type) {
        if (type == ResourceType.SCOPED_ROUTE) {
            synchronized (lock) {
                begun = false;
            }
        }
        join(type, null);
    }

    private List<String> join(ResourceType type, @Nullable ScopeKey only) {
        return store.change(
                needs -> store.addNeeds(key(type, only), needs),
                preparation -> closed ? List.of() : follow(preparation, type, only));
    }

    private WildcardKey key(ResourceType type, @Nullable ScopeKey only) {
        return new WildcardKey(type, following().clientele.audience, only);
    }

    /** Follows a wildcard, whose names are found by the next {@link #take} even if it did so before. */
    private List<String> follow(Preparation preparation, ResourceType type, @Nullable ScopeKey only) {
        Wildcard wildcard = store.wildcard(preparation, following().clientele, type, only);
        List<String> names = wildcard.names();
        names.forEach(name -> note(new ResourceKey(type, name)));
        following().add(wildcard);
        store.acknowledgements().touch(wildcard);
        return names;
    }

    /** Ends the wildcard subscription. The next {@link #take} finds the removed resources. */
    public void unsubscribeWildcard(ResourceType type) {
        leave(type, null);
    }

    private void leave(ResourceType type, @Nullable ScopeKey only) {
        synchronized (lock) {
            Wildcard wildcard = wildcard(type, only);
            if (wildcard != null) {
                wildcard.names().forEach(name -> note(new ResourceKey(type, name)));
                store.leave(following(), wildcard);
            }
        }
    }

    private @Nullable Wildcard wildcard(ResourceType type, @Nullable ScopeKey only) {
        Wildcard wildcard = store.wildcard(key(type, only));
        return wildcard != null && follows(wildcard) ? wildcard : null;
    }

    /**
     * Adds the resources of a type that belong to one virtual environment and direction. The next {@link #take} finds them.
     *
     * @return their names; empty if the proxy may not act for the virtual environment, or if there is none
     */
    public List<String> load(ResourceType type, ScopeKey key) {
        return join(type, key);
    }

    /** Returns the names that {@link #load} added and that are still there. */
    public List<String> loaded(ResourceType type, ScopeKey key) {
        synchronized (lock) {
            Wildcard wildcard = wildcard(type, key);
            return wildcard == null ? List.of() : wildcard.names();
        }
    }

    /** Ends what {@link #load} began. The next {@link #take} finds the removed resources. */
    public void unload(ResourceType type, ScopeKey key) {
        leave(type, key);
    }

    // What the client has acknowledged, under the lock.

    boolean isLoading(VirtualEnvironmentName virtualEnvironment) {
        return loading.contains(virtualEnvironment);
    }

    ClientRefusals refusals() {
        return refusals;
    }

    /** Whether the client has acknowledged what a generation changed in a virtual environment. */
    boolean hasAcknowledged(VirtualEnvironmentName virtualEnvironment, long generation) {
        return begun && !isLoading(virtualEnvironment) && (owes == 0 || owes > generation);
    }

    // The audience, under the lock.

    Following following() {
        return Objects.requireNonNull(following, "an open subscription has an audience");
    }

    boolean follows(Followed one) {
        return following().has(one);
    }

    /** The proxy belongs to its first audience. */
    void begin(Clientele clientele) {
        following = new Following(clientele);
        clientele.join(this);
    }

    /** Adds what is missing to follow the same as another audience. */
    void addNeeds(Audience as, Needs to) {
        for (Followed one : following().all()) {
            if (one instanceof Wildcard wildcard) {
                store.addNeeds(new WildcardKey(wildcard.type, as, wildcard.loaded), to);
            } else if (one instanceof Grant grant) {
                store.addNeeds(as, grant.entry.key, to);
            }
        }
    }

    /** The rights or the context of the proxy's workload have changed, so it belongs to another audience. */
    void move(Preparation preparation, Clientele clientele, Set<Subscription> woken) {
        Following before = following();
        List<Followed> followed = before.all();
        followed.forEach(this::noteAll);
        begin(clientele);
        for (Followed one : followed) {
            if (one instanceof Wildcard wildcard) {
                follow(preparation, wildcard.type, wildcard.loaded);
            } else if (one instanceof Grant grant) {
                follow(preparation, grant.entry.key);
            }
        }
        end(before);
        wake(woken);
    }

    private void noteAll(Followed one) {
        if (one instanceof Wildcard wildcard) {
            wildcard.names().forEach(name -> note(new ResourceKey(wildcard.type, name)));
        } else if (one instanceof Grant grant) {
            note(grant.entry.key);
        }
    }

    private void end(Following before) {
        before.all().forEach(one -> store.leave(before, one));
        store.leave(before.clientele, this);
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
            marked = Map.of();
            awake = false;
            taken = store.handover().generation();
            Map<ResourceType, Map<String, Optional<StoredResource>>> found = new EnumMap<>(ResourceType.class);
            names.forEach((type, ofType) -> {
                Map<String, Optional<StoredResource>> resources = new LinkedHashMap<>(ofType.size() * 2);
                ofType.forEach(name -> {
                    ResourceKey key = new ResourceKey(type, name);
                    StoredResource resource = find(key);
                    resources.put(name, Optional.ofNullable(resource));
                    if (difference != null) {
                        difference.settle(key, resource);
                    }
                });
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
            long owed = owes;
            store.handover().acknowledged(this, generation);
            store.acknowledgements().acknowledged(this, owed);
        }
    }

    /** The client has acknowledged everything that it connected for. Until then, it counts as having nothing. */
    public void begun() {
        synchronized (lock) {
            if (!begun && !closed) {
                begun = true;
                following().all().forEach(store.acknowledgements()::touch);
            }
        }
    }

    /** The client waits for a virtual environment, which it has not acknowledged before {@link #loaded}. */
    public void loading(VirtualEnvironmentName virtualEnvironment) {
        synchronized (lock) {
            loading = loading.isEmpty() ? new HashSet<>() : loading;
            if (loading.add(virtualEnvironment)) {
                store.acknowledgements().touch(virtualEnvironment);
            }
        }
    }

    /** The client does not wait for a virtual environment any more. */
    public void loaded(VirtualEnvironmentName virtualEnvironment) {
        synchronized (lock) {
            if (isLoading(virtualEnvironment)) {
                loading.remove(virtualEnvironment);
                loading = loading.isEmpty() ? Set.of() : loading;
                store.acknowledgements().touch(virtualEnvironment);
            }
        }
    }

    /** The client rejects these resources now. */
    public void refuses(List<Refusal> refused) {
        synchronized (lock) {
            if (!closed && !refusals.areThose(refused)) {
                ClientRefusals before = refusals;
                refusals = refused.isEmpty() ? ClientRefusals.NONE : new ClientRefusals(refused);
                store.acknowledgements().refusals(before, refusals);
            }
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
            Set<String> names = new LinkedHashSet<>();
            for (Followed one : following().all()) {
                if (one instanceof Wildcard wildcard && wildcard.type == type) {
                    names.addAll(wildcard.names());
                } else if (one instanceof Grant grant && grant.entry.key.type() == type) {
                    names.add(grant.entry.key.name());
                }
            }
            List<StoredResource> found = new ArrayList<>(names.size());
            for (String name : names) {
                StoredResource resource = find(new ResourceKey(type, name));
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
            if (!closed) {
                closed = true;
                end(following());
                marked = Map.of();
                store.closed(this);
            }
        }
    }

    private @Nullable StoredResource find(ResourceKey key) {
        return store.visible(key, this);
    }

    /** Under the lock. */
    void mark(ResourceKey key, Set<Subscription> woken) {
        note(key);
        wake(woken);
    }

    private void wake(Set<Subscription> woken) {
        store.handover().marked(this);
        if (!awake) {
            awake = true;
            woken.add(this);
        }
    }

    void wake() {
        listener.changed();
    }

    /** Must be called before the change, because afterwards nobody knows what the client has. */
    private void note(ResourceKey key) {
        keep(key);
        marked = marked.isEmpty() ? new EnumMap<>(ResourceType.class) : marked;
        marked.computeIfAbsent(key.type(), t -> new LinkedHashSet<>()).add(key.name());
    }

    private void keep(ResourceKey key) {
        if (difference != null && !difference.knows(key)) {
            difference.before(key, find(key));
        }
    }
}
