package dev.kitsune.xds.store;

import com.google.common.collect.Sets;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.xds.store.Production.Found;
import dev.kitsune.xds.store.TouchedVirtualEnvironments.Touches;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The resources of the newest snapshot that anybody subscribes to. A resource is made at its first subscription, kept
 * while a stream subscribes to it, and made again only when a key that it has read changes. The cost of a change
 * depends only on the resources that depend on it, not on the number of virtual environments.
 *
 * <p>Streams see one snapshot after the other, never parts of two. The changed resources of a snapshot are made and
 * checked outside of the lock, and then replaced in one step under it: see {@link Preparation}.
 */
public final class ResourceStore {
    /** How often subscriptions are prepared again because of a snapshot that was published in between. */
    private static final int ATTEMPTS = 3;

    private final Object lock = new Object();

    /** Held from the beginning of one change of what is served to its end; taken before {@code lock}. */
    private final Object turn = new Object();

    private final Production production;
    private final Timer publishing;
    private final Dependencies dependencies = new Dependencies();
    private final StoreEntries entries;
    private final Wildcards wildcards;
    private final List<FirstPublishListener> early = new ArrayList<>();
    private final Map<Audience, Clientele> clienteles = new HashMap<>();
    private final Handover handover = new Handover();
    private final Acknowledgements acknowledgements;
    private final Seconds seconds;
    private boolean counting;
    private @Nullable Snapshot resolved;
    private volatile @Nullable Snapshot snapshot;

    public ResourceStore(Resources resources, MeterRegistry meters) {
        this(resources, meters, Seconds.OF_THE_SYSTEM);
    }

    /** @param seconds by which the handover from one component version to another is bounded */
    public ResourceStore(Resources resources, MeterRegistry meters, Seconds seconds) {
        this.seconds = seconds;
        TouchedVirtualEnvironments touched = new TouchedVirtualEnvironments();
        RefusedResources refused = new RefusedResources(touched);
        this.production = new Production(resources, refused, meters);
        this.entries = new StoreEntries(production, dependencies, handover);
        this.wildcards = new Wildcards(dependencies, entries);
        this.acknowledgements = new Acknowledgements(wildcards, handover, refused, touched);
        this.publishing = Timer.builder("kitsune.publish")
                .description("How long publishing a snapshot took")
                .register(meters);
        Gauge.builder("kitsune.resources.held", this, ResourceStore::size)
                .description("Resources that some stream subscribes to")
                .register(meters);
    }

    /**
     * Publishes a snapshot to the streams. Must be called by one thread.
     *
     * @param changed every key whose value differs from the snapshot before; other keys are not examined
     */
    public void publish(Snapshot next, Set<SnapshotKey<?>> changed) {
        publishing.record(() -> {
            synchronized (turn) {
                Snapshot served;
                synchronized (lock) {
                    resolved = next;
                    served = snapshot == null ? handover.begin(next) : handover.begin(snapshot, next, changed);
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
            acknowledgements.published(next, changed);
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
        Needs needs = new Needs();
        synchronized (lock) {
            stale = dependencies.stale(changed);
            wildcards.memberships(next, changed, stale).forEach(one -> needs.names()
                    .add(one.names()));
            entries.addNeeds(stale, needs);
        }
        preparation.audiences(subscriptions(stale));
        synchronized (lock) {
            subscriptions(stale).forEach(subscription -> {
                Audience now = preparation.audience(subscription).audience();
                if (!now.equals(subscription.audience())) {
                    subscription.addNeeds(now, needs);
                }
            });
        }
        make(preparation, needs, stale);
        return preparation;
    }

    private static List<Subscription> subscriptions(Set<Dependent> stale) {
        return stale.stream()
                .filter(Subscription.class::isInstance)
                .map(Subscription.class::cast)
                .toList();
    }

    /** Makes what is needed and missing, and the stale resources again. To be called without the lock. */
    private void make(Preparation preparation, Needs needs, Set<Dependent> stale) {
        preparation.names(needs.names());
        preparation.rights(needs.rights());
        Map<ResourceKey, Optional<StoredResource>> wanted = new LinkedHashMap<>();
        synchronized (lock) {
            for (ResourceKey key : Sets.union(preparation.keys(), needs.resources())) {
                if (!entries.has(key)) {
                    wanted.put(key, Optional.empty());
                }
            }
            entries.held(stale).forEach(entry -> wanted.put(entry.key, Optional.ofNullable(entry.current)));
        }
        preparation.resources(wanted);
    }

    /**
     * Changes subscriptions under the lock. What this needs is made before, so that no other stream waits for it. If a
     * snapshot is published in between, it is made again, but not forever.
     *
     * @param missing adds what the store does not have; called under the lock
     */
    <T extends @Nullable Object> T change(Consumer<Needs> missing, Function<Preparation, T> change) {
        for (int attempt = 1; ; attempt++) {
            Needs needs = new Needs();
            Preparation preparation;
            long generation;
            synchronized (lock) {
                generation = handover.generation();
                preparation = new Preparation(production, published());
                missing.accept(needs);
            }
            make(preparation, needs, Set.of());
            synchronized (lock) {
                if (handover.generation() == generation) {
                    return change.apply(preparation);
                }
                if (attempt == ATTEMPTS) {
                    return change.apply(new Preparation(production, published()));
                }
            }
        }
    }

    /**
     * Calls a listener now, or within the first {@link #publish}, because no stream may be answered before it.
     * Listeners are called in the order of registration.
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
        return snapshot != null;
    }

    /** Returns the snapshot that is served; null before the first publish. */
    public @Nullable Snapshot snapshot() {
        return snapshot;
    }

    /** A stream's part of the store, for use after the first publish. It knows what the stream's client has. */
    public Subscription open(Proxy proxy, SubscriptionListener listener) {
        return begin(new Subscription(this, lock, proxy, listener, new ClientDifference()));
    }

    /** The same for a client that gets everything with each answer. */
    public Subscription openWhole(Proxy proxy, SubscriptionListener listener) {
        return begin(new Subscription(this, lock, proxy, listener, null));
    }

    private Subscription begin(Subscription subscription) {
        synchronized (lock) {
            Found found = new Preparation(production, published()).audience(subscription);
            dependencies.record(subscription, found.read());
            subscription.begin(clientele(found.audience()));
        }
        return subscription;
    }

    /** Returns the number of calls of translation, which measures the cost of a change. */
    public long translatorCalls() {
        return production.calls();
    }

    /** The number of resources that are held. */
    public int size() {
        synchronized (lock) {
            return entries.size();
        }
    }

    /** Returns the stored resources of a type, in no order, for inspection. */
    public List<StoredResource> held(ResourceType type) {
        synchronized (lock) {
            return entries.all(type);
        }
    }

    /** Returns the stored resources that are not published as they were made, by type and name. */
    public List<RefusedResource> refused() {
        synchronized (lock) {
            return production.refused();
        }
    }

    /** Calls this listener, and no other, when what proxies have of some virtual environment may have changed. */
    public void whenTouched(TouchListener listener) {
        synchronized (lock) {
            acknowledgements.listen(listener);
        }
    }

    /** Returns the virtual environments of which proxies may have something else since the last call. */
    public Set<VirtualEnvironmentName> takeTouched() {
        Touches touches;
        Map<VirtualEnvironmentName, Set<String>> scopes;
        synchronized (lock) {
            touches = acknowledgements.take();
            scopes = touches.shared().isEmpty() ? Map.of() : wildcards.scopes();
        }
        Set<VirtualEnvironmentName> touched = new HashSet<>(touches.names());
        scopes.forEach((virtualEnvironment, names) -> {
            if (!Collections.disjoint(Concerns.shared(virtualEnvironment, names, published()), touches.shared())) {
                touched.add(virtualEnvironment);
            }
        });
        return touched;
    }

    /** Returns what the connected proxies have of a virtual environment, compared with what is published. */
    public AtProxies atProxies(VirtualEnvironmentName virtualEnvironment) {
        synchronized (lock) {
            Snapshot served = snapshot;
            return served == null ? AtProxies.NONE : acknowledgements.of(virtualEnvironment, served);
        }
    }

    /** Returns how many streams were examined for {@link #atProxies}, which measures its cost. */
    long examinedStreams() {
        synchronized (lock) {
            return acknowledgements.examined();
        }
    }

    /** The number of virtual environments whose newest change some proxy may not have acknowledged. */
    int unsettledChanges() {
        synchronized (lock) {
            return acknowledgements.unsettled();
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
            Set<Subscription> woken = new LinkedHashSet<>();
            synchronized (lock) {
                counting = false;
                departed = handover.second();
                Set<Grant> withheld = handover.departedRights();
                if (!withheld.isEmpty()) {
                    handover.turn();
                    entries.withhold(withheld, woken);
                }
                if (!departed.isEmpty() && resolved != null) {
                    served = handover.served(resolved);
                } else {
                    countSeconds();
                }
            }
            woken.forEach(Subscription::wake);
            if (served != null) {
                replace(served, departed);
            }
        }
    }

    private void refresh(Preparation preparation, Set<SnapshotKey<?>> changed, Set<Subscription> woken) {
        Set<Dependent> stale = dependencies.stale(changed);
        wildcards.refresh(preparation, wildcards.memberships(preparation.snapshot(), changed, stale), woken);
        entries.refresh(preparation, stale, woken);
        for (Subscription subscription : subscriptions(stale)) {
            Found found = preparation.audience(subscription);
            dependencies.record(subscription, found.read());
            if (!found.audience().equals(subscription.audience())) {
                subscription.move(preparation, clientele(found.audience()), woken);
            }
        }
    }

    Snapshot published() {
        Snapshot served = snapshot;
        if (served == null) {
            throw new IllegalStateException("subscribed before the first publish");
        }
        return served;
    }

    // The actions of subscriptions, under the lock.

    Handover handover() {
        return handover;
    }

    /** Whether a virtual environment runs one of these. */
    boolean runs(VirtualEnvironmentName virtualEnvironment, Set<ComponentVersion> versions) {
        ResolvedVirtualEnvironment resolvedVirtualEnvironment = published().virtualEnvironment(virtualEnvironment);
        return resolvedVirtualEnvironment != null
                && resolvedVirtualEnvironment.components().values().stream()
                        .anyMatch(component -> versions.contains(component.version()));
    }

    void addNeeds(Audience audience, ResourceKey key, Needs to) {
        entries.addNeeds(audience, key, to);
    }

    void addNeeds(WildcardKey key, Needs to) {
        wildcards.addNeeds(published(), key, to);
    }

    private Clientele clientele(Audience audience) {
        return clienteles.computeIfAbsent(audience, Clientele::new);
    }

    Grant grant(Preparation preparation, Clientele clientele, ResourceKey key) {
        return entries.grant(preparation, clientele, key);
    }

    @Nullable
    Grant grant(Audience audience, ResourceKey key) {
        return entries.grant(audience, key);
    }

    Wildcard wildcard(Preparation preparation, Clientele clientele, ResourceType type, @Nullable ScopeKey only) {
        return wildcards.of(preparation, clientele, type, only);
    }

    @Nullable
    Wildcard wildcard(WildcardKey key) {
        return wildcards.get(key);
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    /** A stream no longer follows something. */
    void leave(Following following, Followed one) {
        acknowledgements.touch(one);
        if (following.remove(one)) {
            if (one instanceof Wildcard wildcard) {
                wildcards.forget(wildcard);
            } else if (one instanceof Grant grant) {
                entries.forget(grant);
            }
        }
    }

    /** A stream no longer belongs to an audience. */
    void leave(Clientele clientele, Subscription subscription) {
        if (clientele.leave(subscription)) {
            clienteles.remove(clientele.audience);
        }
    }

    void closed(Subscription subscription) {
        dependencies.forget(subscription);
        handover.closed(subscription);
        acknowledgements.acknowledged(subscription, subscription.owes);
    }

    @Nullable
    StoredResource visible(ResourceKey key, Subscription subscription) {
        return entries.visible(key, subscription);
    }
}
