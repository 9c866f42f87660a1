package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Object lock = new Object();

    /** Held from the beginning of one change of what is served to its end; taken before {@code lock}. */
    private final Object turn = new Object();

    private final Production production;
    private final Timer publishing;
    private final Dependencies dependencies = new Dependencies();
    private final StoreEntries entries;
    private final Wildcards wildcards;
    private final List<FirstPublishListener> early = new ArrayList<>();
    private final Handover handover = new Handover();
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
        this.production = new Production(resources, meters);
        this.entries = new StoreEntries(production, dependencies);
        this.wildcards = new Wildcards(production, dependencies, entries);
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
            memberships = wildcards.memberships(next, changed, stale);
        }
        preparation.names(memberships);
        Map<ResourceKey, Optional<StoredResource>> wanted = new LinkedHashMap<>();
        synchronized (lock) {
            for (ResourceKey key : preparation.keys()) {
                if (!entries.has(key)) {
                    wanted.put(key, Optional.empty());
                }
            }
            entries.held(stale).forEach(entry -> wanted.put(entry.key, Optional.ofNullable(entry.current)));
        }
        preparation.resources(wanted);
        return preparation;
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

    /** A stream's part of the store, for use after the first publish. */
    public Subscription open(Proxy proxy, SubscriptionListener listener) {
        return new Subscription(this, lock, proxy, listener);
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

    private void refresh(Preparation preparation, Set<SnapshotKey<?>> changed, Set<Subscription> woken) {
        Set<Dependent> stale = dependencies.stale(changed);
        wildcards.refresh(preparation, wildcards.memberships(preparation.snapshot(), changed, stale), woken);
        entries.refresh(preparation, stale, woken);
    }

    Snapshot published() {
        Snapshot served = snapshot;
        if (served == null) {
            throw new IllegalStateException("subscribed before the first publish");
        }
        return served;
    }

    /** Returns the names that a proxy may load of one virtual environment. */
    List<String> names(Proxy proxy, ResourceType type, VirtualEnvironmentName virtualEnvironment) {
        Wildcard wildcard = new Wildcard(type, proxy, virtualEnvironment);
        List<String> names = production
                .names(published(), new Membership(wildcard, virtualEnvironment))
                .names();
        return names == null ? List.of() : names;
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

    Grant join(Subscription subscription, ResourceKey key) {
        return entries.join(published(), subscription, key);
    }

    void leave(Subscription subscription, Grant grant) {
        entries.leave(subscription, grant);
    }

    Wildcard joinWildcard(Subscription subscription, ResourceType type, @Nullable VirtualEnvironmentName only) {
        return wildcards.join(published(), subscription, type, only);
    }

    void leaveWildcard(Subscription subscription, Wildcard wildcard) {
        wildcards.leave(subscription, wildcard);
    }

    /** Returns the resource of a name for a stream with this grant, if any, and with its wildcards. */
    @Nullable
    StoredResource visible(ResourceKey key, Subscription subscription, @Nullable Grant grant) {
        return entries.visible(key, subscription, grant);
    }
}
