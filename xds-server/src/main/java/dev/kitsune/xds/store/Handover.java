package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeclarationKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes before it breaks, between proxies. A component version that nobody names any more stays declared until every
 * stream has acknowledged what took its place, and for a grace. A version that is new is prepared by its own sidecars
 * first, and only then do its callers get routes to it.
 *
 * <p>Time is counted in seconds in which this process ran: one that was stopped finds at most one of them over. Another
 * replica's acknowledgements would be further members of the sets that are waited for. Guarded by the store's lock.
 */
final class Handover {
    /** For requests that are under way, and for a sidecar of the version that is stopped for a moment. */
    static final int GRACE_SECONDS = 10;

    /** How long a stream that does not acknowledge can put off the grace. */
    static final int UNACKNOWLEDGED_SECONDS = 20;

    /** How long a sidecar that does not acknowledge can keep callers on what they have. */
    static final int PREPARE_SECONDS = 10;

    /** The same for routes that a request may be waiting for: less than the 3 s after which Envoy gives it up. */
    static final int PREPARE_FIRST_SECONDS = 2;

    private final Map<ComponentVersion, DepartingVersion> departures = new HashMap<>();
    private final List<ArrivingVersions> arrivals = new ArrayList<>();
    private final Set<Subscription> behind = new HashSet<>();
    private final Set<ComponentVersion> arriving = new HashSet<>();
    private long generation;

    /** A version that nobody names any more, with what it declared. */
    private static final class DepartingVersion {
        final Declaration declaration;
        final long generation;
        final Set<Subscription> waiting = new HashSet<>();
        int unacknowledged;
        int grace;

        DepartingVersion(Declaration declaration, long generation) {
            this.declaration = declaration;
            this.generation = generation;
        }
    }

    /** Versions that came with one publish: a call may pass several of them, so they are ready together. */
    private static final class ArrivingVersions {
        final Set<ComponentVersion> versions;
        final long generation;
        final Set<Subscription> waiting = new HashSet<>();
        final Set<Subscription> holding = new HashSet<>();
        int seconds;

        ArrivingVersions(Set<ComponentVersion> versions, long generation) {
            this.versions = versions;
            this.generation = generation;
        }
    }

    /** How many times something was published. */
    long generation() {
        return generation;
    }

    boolean isUnderWay() {
        return !departures.isEmpty() || !arrivals.isEmpty();
    }

    /**
     * Begins a publish, which is the next generation.
     *
     * @param before what was served until now
     * @return the next snapshot, with the versions in it that are on their way out
     */
    Snapshot begin(Snapshot before, Snapshot next, Set<SnapshotKey<?>> changed) {
        for (SnapshotKey<?> key : changed) {
            if (key instanceof DeclarationKey declared) {
                ComponentVersion version = declared.version();
                Declaration was = before.declaration(version);
                if (next.declaration(version) != null) {
                    departures.remove(version);
                    if (was == null) {
                        arriving.add(version);
                    }
                } else if (was != null && !departures.containsKey(version)) {
                    departures.put(version, new DepartingVersion(was, generation + 1));
                }
            }
        }
        return served(next);
    }

    /** What streams find from now on is of the next generation. */
    void turn() {
        generation++;
    }

    /** Without what has departed meanwhile. */
    Snapshot served(Snapshot next) {
        Map<ComponentVersion, Declaration> kept = new HashMap<>();
        departures.forEach((version, departure) -> kept.put(version, departure.declaration));
        return next.withDeclarations(kept);
    }

    /** Ends a publish: notes whose acknowledgement is waited for. */
    void end() {
        departures.values().stream()
                .filter(departure -> departure.generation == generation)
                .forEach(departure -> departure.waiting.addAll(behind));
        if (!arriving.isEmpty()) {
            ArrivingVersions arrival = new ArrivingVersions(Set.copyOf(arriving), generation);
            arriving.clear();
            behind.stream()
                    .filter(subscription -> isOf(subscription.proxy(), arrival.versions))
                    .forEach(arrival.waiting::add);
            if (!arrival.waiting.isEmpty()) {
                arrivals.add(arrival);
            }
        }
    }

    private static boolean isOf(Proxy proxy, Set<ComponentVersion> versions) {
        return proxy instanceof Proxy.SidecarProxy sidecar && versions.contains(sidecar.component());
    }

    /** Something that a stream subscribes to changed. */
    void marked(Subscription subscription) {
        subscription.lastMarked = generation;
        if (subscription.owes == 0) {
            subscription.owes = generation;
            behind.add(subscription);
        }
    }

    /** A stream's client has taken everything of a generation that may be sent to it now. */
    void prepared(Subscription subscription, long upTo) {
        ready(arrival ->
                arrival.generation <= upTo && arrival.waiting.remove(subscription) && arrival.waiting.isEmpty());
    }

    /** A stream's client has taken everything of a generation. */
    void acknowledged(Subscription subscription, long upTo) {
        if (subscription.owes != 0 && subscription.lastMarked <= upTo) {
            subscription.owes = 0;
            behind.remove(subscription);
        }
        for (DepartingVersion departure : departures.values()) {
            if (departure.generation <= upTo) {
                departure.waiting.remove(subscription);
            }
        }
    }

    void closed(Subscription subscription) {
        behind.remove(subscription);
        departures.values().forEach(departure -> departure.waiting.remove(subscription));
        arrivals.forEach(arrival -> arrival.holding.remove(subscription));
        ready(arrival -> arrival.waiting.remove(subscription) && arrival.waiting.isEmpty());
    }

    /**
     * The versions to which a stream's client is not to be led yet; it is woken when there are fewer.
     *
     * @param first of routes that the client has not got yet
     */
    Set<ComponentVersion> unprepared(Subscription subscription, boolean first) {
        Set<ComponentVersion> versions = new HashSet<>();
        for (ArrivingVersions arrival : arrivals) {
            // What arrives waits for nothing that arrives with it, which may call it in turn.
            if (!isOf(subscription.proxy(), arrival.versions) && (!first || arrival.seconds < PREPARE_FIRST_SECONDS)) {
                arrival.holding.add(subscription);
                versions.addAll(arrival.versions);
            }
        }
        return versions;
    }

    /**
     * One more second has passed.
     *
     * @return the keys of what has departed by it
     */
    Set<SnapshotKey<?>> second() {
        arrivals.forEach(arrival -> arrival.seconds++);
        List<ArrivingVersions> first = arrivals.stream()
                .filter(arrival -> arrival.seconds == PREPARE_FIRST_SECONDS)
                .toList();
        ready(arrival -> arrival.seconds >= PREPARE_SECONDS);
        first.forEach(arrival -> arrival.holding.forEach(Subscription::wake));
        Set<SnapshotKey<?>> departed = new HashSet<>();
        Iterator<Map.Entry<ComponentVersion, DepartingVersion>> each =
                departures.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<ComponentVersion, DepartingVersion> next = each.next();
            DepartingVersion departure = next.getValue();
            if (!departure.waiting.isEmpty() && departure.unacknowledged < UNACKNOWLEDGED_SECONDS) {
                departure.unacknowledged++;
            } else if (++departure.grace >= GRACE_SECONDS) {
                each.remove();
                departed.add(new DeclarationKey(next.getKey()));
            }
        }
        return departed;
    }

    private void ready(Predicate<ArrivingVersions> is) {
        List<ArrivingVersions> ready = arrivals.stream().filter(is).toList();
        arrivals.removeAll(ready);
        ready.forEach(arrival -> arrival.holding.forEach(Subscription::wake));
    }
}
