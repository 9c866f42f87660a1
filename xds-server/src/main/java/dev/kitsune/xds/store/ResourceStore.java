package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of the newest snapshot that anybody subscribes to. A resource is produced when it is first subscribed
 * to, kept while somebody does, and produced anew only when something that it was made from changed: one change costs
 * what depends on it, whatever the number of virtual environments.
 *
 * <p>Streams see one snapshot after the other, never parts of two. What a snapshot changes is made and checked outside
 * of the lock, however much it is, and put in place in one step under it: see {@link Preparation}.
 */
public final class ResourceStore {
    private final Object lock = new Object();

    /** Held from the beginning of one change of what is served to its end; taken before {@code lock}. */
    private final Object turn = new Object();

    private final Production production;
    private final Timer publishing;
    private final Map<ResourceKey, StoreEntry> entries = new HashMap<>();
    private final Map<WildcardKey, Wildcard> wildcards = new HashMap<>();
    private final Dependencies dependencies = new Dependencies();
    private final List<FirstPublishListener> early = new ArrayList<>();
    private final Handover handover = new Handover();
    private final Seconds seconds;
    private boolean counting;
    private @Nullable Snapshot resolved;
    private @Nullable Snapshot snapshot;

    private record WildcardKey(ResourceType type, Proxy proxy) {}

    public ResourceStore(Resources resources, MeterRegistry meters) {
        this(resources, meters, Seconds.OF_THE_SYSTEM);
    }

    /** @param seconds by which the handover from one component version to another is bounded */
    public ResourceStore(Resources resources, MeterRegistry meters, Seconds seconds) {
        this.seconds = seconds;
        this.production = new Production(resources, meters);
        this.publishing = Timer.builder("kitsune.publish")
                .description("How long publishing a snapshot took")
                .register(meters);
        Gauge.builder("kitsune.resources.held", this, ResourceStore::size)
                .description("Resources that some stream subscribes to")
                .register(meters);
    }

    /**
     * Makes a snapshot what streams see. To be called by one thread.
     *
     * @param changed every key whose value differs from the snapshot before; what is not among them is not looked at
     */
    public void publish(Snapshot next, Set<SnapshotKey<?>> changed) {
        publishing.record(() -> {
            synchronized (turn) {
                Snapshot served;
                synchronized (lock) {
                    resolved = next;
                    served = snapshot == null ? next : handover.begin(snapshot, next, changed);
                }
                replace(served, changed);
            }
        });
    }

    /** Puts a snapshot in place of the one that is served. To be called with the turn, and without the lock. */
    private void replace(Snapshot next, Set<SnapshotKey<?>> changed) {
        Preparation preparation = prepare(next, changed);
        Set<Subscription> woken = new LinkedHashSet<>();
        synchronized (lock) {
            snapshot = next;
            handover.turn();
            refresh(preparation, changed, woken);
            handover.end();
            countSeconds();
            List<FirstPublishListener> waiting = List.copyOf(early);
            early.clear();
            waiting.forEach(FirstPublishListener::published);
        }
        woken.forEach(Subscription::wake);
    }

    private Preparation prepare(Snapshot next, Set<SnapshotKey<?>> changed) {
        Preparation preparation = new Preparation(production, next);
        Set<Dependent> stale;
        Set<Membership> memberships;
        synchronized (lock) {
            stale = dependencies.stale(changed);
            memberships = memberships(next, changed, stale);
        }
        preparation.names(memberships);
        Map<ResourceKey, Optional<StoredResource>> wanted = new LinkedHashMap<>();
        synchronized (lock) {
            for (ResourceKey key : preparation.keys()) {
                if (!entries.containsKey(key)) {
                    wanted.put(key, Optional.empty());
                }
            }
            held(stale).forEach(entry -> wanted.put(entry.key, Optional.ofNullable(entry.current)));
        }
        preparation.resources(wanted);
        return preparation;
    }

    /**
     * Tells a listener now, or within the first {@link #publish}: no stream is answered from nothing. Listeners are told
     * in the order in which they came.
     */
    public void whenPublished(FirstPublishListener listener) {
        synchronized (lock) {
            if (snapshot == null) {
                early.add(listener);
            } else {
                listener.published();
            }
        }
    }

    public boolean isPublished() {
        synchronized (lock) {
            return snapshot != null;
        }
    }

    /** A stream's part of the store, for use after the first publish. */
    public Subscription open(Proxy proxy, SubscriptionListener listener) {
        return new Subscription(this, lock, proxy, listener);
    }

    /** How often translation was asked for anything: the measure of what a change costs. */
    public long translatorCalls() {
        return production.calls();
    }

    /** The number of resources that are held. */
    public int size() {
        synchronized (lock) {
            return entries.size();
        }
    }

    /** What is held of a type, in no order; for inspection. */
    public List<StoredResource> held(ResourceType type) {
        synchronized (lock) {
            return entries.values().stream()
                    .filter(entry -> entry.key.type() == type)
                    .map(entry -> entry.current)
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    /** What is held, and not published as it was made; by type and name. */
    public List<RefusedResource> refused() {
        synchronized (lock) {
            return production.refused();
        }
    }

    private void countSeconds() {
        if (!counting && handover.isUnderWay()) {
            counting = true;
            seconds.next(this::second);
        }
    }

    private void second() {
        synchronized (turn) {
            Set<SnapshotKey<?>> departed;
            Snapshot served = null;
            synchronized (lock) {
                counting = false;
                departed = handover.second();
                if (!departed.isEmpty() && resolved != null) {
                    served = handover.served(resolved);
                } else {
                    countSeconds();
                }
            }
            if (served != null) {
                replace(served, departed);
            }
        }
    }

    /** The resources among these that somebody still subscribes to. */
    private List<StoreEntry> held(Set<Dependent> stale) {
        List<StoreEntry> held = new ArrayList<>();
        for (Dependent dependent : stale) {
            if (dependent instanceof StoreEntry entry && entries.get(entry.key) == entry) {
                held.add(entry);
            }
        }
        return held;
    }

    /** The memberships that a change may give other names. */
    private Set<Membership> memberships(Snapshot next, Set<SnapshotKey<?>> changed, Set<Dependent> stale) {
        Set<Membership> memberships = new LinkedHashSet<>();
        for (SnapshotKey<?> key : changed) {
            if (key instanceof VirtualEnvironmentKey virtualEnvironment) {
                wildcards.values().forEach(w -> memberships.add(new Membership(w, virtualEnvironment.name())));
            }
        }
        for (Dependent dependent : stale) {
            if (dependent instanceof Wildcard.Standing standing) {
                memberships.add(new Membership(standing.wildcard(), Membership.STANDING));
            } else if (dependent instanceof Wildcard wildcard) {
                next.virtualEnvironments().keySet().forEach(name -> memberships.add(new Membership(wildcard, name)));
            }
        }
        return memberships;
    }

    private void refresh(Preparation preparation, Set<SnapshotKey<?>> changed, Set<Subscription> woken) {
        Set<Dependent> stale = dependencies.stale(changed);
        memberships(preparation.snapshot(), changed, stale)
                .forEach(membership -> refresh(preparation, membership, woken));
        for (StoreEntry entry : held(stale)) {
            if (produce(preparation, entry)) {
                entry.markAll(woken);
            }
        }
        for (Dependent dependent : stale) {
            if (dependent instanceof Grant grant && grant.entry.grant(grant.proxy) == grant) {
                if (decide(preparation.snapshot(), grant)) {
                    grant.mark(woken);
                }
            }
        }
    }

    private void refresh(Preparation preparation, Membership membership, Set<Subscription> woken) {
        Wildcard wildcard = membership.wildcard();
        Wildcard.NameChange difference = compute(preparation, membership);
        difference.added().forEach(name -> attach(preparation, wildcard, name));
        difference.removed().forEach(name -> detach(wildcard, name));
        difference.added().forEach(name -> wildcard.mark(name, woken));
        difference.removed().forEach(name -> wildcard.mark(name, woken));
    }

    private Wildcard.NameChange compute(Preparation preparation, Membership membership) {
        Wildcard wildcard = membership.wildcard();
        Production.WildcardNames names = preparation.names(membership);
        if (membership.virtualEnvironment().equals(Membership.STANDING)) {
            dependencies.record(wildcard.standing, names.read());
        } else if (wildcard.hasRead(names.read())) {
            dependencies.record(wildcard, wildcard.read());
        }
        List<String> found = names.names() == null ? wildcard.names(membership.virtualEnvironment()) : names.names();
        List<String> canonical =
                found.stream().map(name -> canonical(wildcard.type, name)).toList();
        return wildcard.replace(membership.virtualEnvironment(), canonical, name -> isIn(wildcard, name));
    }

    /** The very string that the resource is known by, so that many proxies with the same names hold them once. */
    private String canonical(ResourceType type, String name) {
        StoreEntry entry = entries.get(new ResourceKey(type, name));
        return entry == null ? name : entry.key.name();
    }

    private boolean isIn(Wildcard wildcard, String name) {
        StoreEntry entry = entries.get(new ResourceKey(wildcard.type, name));
        return entry != null && entry.isIn(wildcard);
    }

    private boolean produce(Preparation preparation, StoreEntry entry) {
        Production.Produced produced = preparation.resource(entry.key, entry.current);
        production.note(entry.key, produced.refusal());
        dependencies.record(entry, produced.read());
        boolean differs = !Objects.equals(entry.current, produced.resource());
        if (differs) {
            entry.current = produced.resource();
        }
        return differs;
    }

    private boolean decide(Snapshot from, Grant grant) {
        Production.Decided decided = production.entitled(from, grant.proxy, grant.entry.key);
        dependencies.record(grant, decided.read());
        boolean differs = grant.allowed != decided.allowed();
        grant.allowed = decided.allowed();
        grant.withheld = decided.allowed() ? null : production.withheld(grant.entry.key);
        return differs;
    }

    private StoreEntry entry(Preparation preparation, ResourceKey key) {
        StoreEntry entry = entries.get(key);
        if (entry == null) {
            entry = new StoreEntry(key);
            entries.put(key, entry);
            produce(preparation, entry);
        }
        return entry;
    }

    private void attach(Preparation preparation, Wildcard wildcard, String name) {
        entry(preparation, new ResourceKey(wildcard.type, name)).join(wildcard);
    }

    private void detach(Wildcard wildcard, String name) {
        StoreEntry entry = entries.get(new ResourceKey(wildcard.type, name));
        if (entry != null) {
            entry.leave(wildcard);
            forgetUnwanted(entry);
        }
    }

    private void forgetUnwanted(StoreEntry entry) {
        if (!entry.isWanted()) {
            entries.remove(entry.key);
            dependencies.forget(entry);
            production.forget(entry.key);
        }
    }

    private Snapshot published() {
        if (snapshot == null) {
            throw new IllegalStateException("subscribed before the first publish");
        }
        return snapshot;
    }

    // What subscriptions do, under the lock.

    Handover handover() {
        return handover;
    }

    /** Whether a virtual environment runs one of these. */
    boolean runs(String virtualEnvironment, Set<ComponentVersion> versions) {
        ResolvedVirtualEnvironment resolvedVirtualEnvironment = published().virtualEnvironment(virtualEnvironment);
        return resolvedVirtualEnvironment != null
                && resolvedVirtualEnvironment.components().values().stream()
                        .anyMatch(component -> versions.contains(component.version()));
    }

    Grant join(Subscription subscription, ResourceKey key) {
        Snapshot from = published();
        StoreEntry entry = entry(new Preparation(production, from), key);
        Grant grant = entry.grant(subscription.proxy());
        if (grant == null) {
            grant = new Grant(entry, subscription.proxy());
            entry.add(grant);
            decide(from, grant);
        }
        grant.subscriptions.add(subscription);
        return grant;
    }

    void leave(Subscription subscription, Grant grant) {
        grant.subscriptions.remove(subscription);
        if (grant.subscriptions.isEmpty()) {
            grant.entry.remove(grant);
            dependencies.forget(grant);
            forgetUnwanted(grant.entry);
        }
    }

    Wildcard joinWildcard(Subscription subscription, ResourceType type) {
        WildcardKey key = new WildcardKey(type, subscription.proxy());
        Wildcard wildcard = wildcards.get(key);
        if (wildcard == null) {
            wildcard = new Wildcard(type, subscription.proxy());
            wildcards.put(key, wildcard);
            fill(published(), wildcard);
        }
        wildcard.subscriptions.add(subscription);
        return wildcard;
    }

    void leaveWildcard(Subscription subscription, Wildcard wildcard) {
        wildcard.subscriptions.remove(subscription);
        if (wildcard.subscriptions.isEmpty()) {
            wildcards.remove(new WildcardKey(wildcard.type, wildcard.proxy));
            dependencies.forget(wildcard);
            dependencies.forget(wildcard.standing);
            wildcard.names().forEach(name -> detach(wildcard, name));
        }
    }

    /** What a stream with this wildcard and this grant, if any, is to have of a name. */
    @Nullable
    StoredResource visible(ResourceKey key, @Nullable Wildcard wildcard, @Nullable Grant grant) {
        StoreEntry entry = entries.get(key);
        if (entry != null && wildcard != null && entry.isIn(wildcard)) {
            return entry.current;
        }
        return grant == null ? null : grant.visible();
    }

    private void fill(Snapshot from, Wildcard wildcard) {
        if (!wildcard.type.hasWildcard()) {
            return;
        }
        Preparation nothing = new Preparation(production, from);
        fill(nothing, new Membership(wildcard, Membership.STANDING));
        for (String virtualEnvironment : from.virtualEnvironments().keySet()) {
            fill(nothing, new Membership(wildcard, virtualEnvironment));
        }
    }

    private void fill(Preparation preparation, Membership membership) {
        compute(preparation, membership).added().forEach(name -> attach(preparation, membership.wildcard(), name));
    }
}
