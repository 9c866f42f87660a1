package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.Callers;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.CallersKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeclarationKey;
import dev.kitsune.model.snapshot.SnapshotKey.MeshKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Implements make-before-break between proxies. A component version that is no longer used stays declared until every
 * stream has acknowledged its replacement, and for a grace period. A new version is first prepared at its own sidecars,
 * and only then do its callers get routes to it. The same holds for the rights of a version to what it needs for its
 * requests.
 *
 * <p>Time is counted in seconds in which this process ran, so a pause counts as at most one second. Acknowledgements of
 * another replica would be further members of the awaited sets. Guarded by the store's lock.
 */
final class Handover {
    /** The time for requests in flight, and for a sidecar of the version that is paused for a moment. */
    static final int GRACE_SECONDS = 10;

    /** The longest time for which a sidecar without acknowledgement can delay its callers. */
    static final int PREPARE_SECONDS = 10;

    /**
     * The same for routes for which a request may be waiting. It is less than the 5 s after which Envoy gives up the
     * request.
     */
    static final int PREPARE_FIRST_SECONDS = 2;

    private final Map<ComponentVersion, DepartingVersion> departures = new HashMap<>();
    private final List<ArrivingVersions> arrivals = new ArrayList<>();
    private final Set<Subscription> behind = new HashSet<>();
    private final Set<ComponentVersion> arriving = new HashSet<>();
    private final List<DepartingRights> rights = new ArrayList<>();
    private final MeshStages mesh = new MeshStages();
    private long generation;

    /** A version that is no longer used, with its declaration. */
    private static final class DepartingVersion extends Departure {
        final Declaration declaration;

        DepartingVersion(Declaration declaration, long generation) {
            super(generation, GRACE_SECONDS);
            this.declaration = declaration;
        }
    }

    /** Rights of versions for requests that no longer come to them. */
    private static final class DepartingRights extends Departure {
        final Set<Grant> grants = new HashSet<>();

        DepartingRights(long generation) {
            super(generation, GRACE_SECONDS);
        }
    }

    /** New versions of one publish. A call may pass several of them, so they become ready together. */
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

    /** The number of publishes. */
    long generation() {
        return generation;
    }

    /** Whether a stream's client has not acknowledged something. */
    boolean isAnyoneBehind() {
        return !behind.isEmpty();
    }

    boolean isUnderWay() {
        return !departures.isEmpty() || !arrivals.isEmpty() || !rights.isEmpty() || mesh.isUnderWay();
    }

    /** A version no longer needs something. It keeps the right until no request can need it. */
    void leave(Grant grant) {
        if (!grant.leaving) {
            grant.leaving = true;
            if (rights.isEmpty() || rights.get(rights.size() - 1).generation != generation) {
                rights.add(new DepartingRights(generation));
            }
            rights.get(rights.size() - 1).grants.add(grant);
        }
    }

    /** A right does not depart, because it is needed again, or has ended otherwise. */
    void stay(Grant grant) {
        if (grant.leaving) {
            grant.leaving = false;
            rights.removeIf(departing -> departing.grants.remove(grant) && departing.grants.isEmpty());
        }
    }

    /** A version gets a right within a publish. Its sidecars have to know what it gives before requests come. */
    void arrive(Grant grant) {
        if (grant.clientele.audience instanceof Audience.Sidecars sidecars) {
            arriving.add(sidecars.component());
        }
    }

    /** Begins the first publish. */
    Snapshot begin(Snapshot first) {
        mesh.begin(first);
        return first;
    }

    /**
     * Begins a publish, which is the next generation.
     *
     * @param before the snapshot that was served until now
     * @return the next snapshot, including the versions that are being left
     */
    Snapshot begin(Snapshot before, Snapshot next, Set<SnapshotKey<?>> changed) {
        for (SnapshotKey<?> key : changed) {
            if (key instanceof CallersKey called && mesh.served(next).mesh().accepts()) {
                // Its sidecars have to know new callers before these call.
                if (!before.callers(called.component()).containsAll(next.callers(called.component()))) {
                    next.declarations().keySet().stream()
                            .filter(version -> version.name().equals(called.component()))
                            .forEach(arriving::add);
                }
            } else if (key instanceof DeclarationKey declared) {
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
        mesh.aim(next, generation + 1);
        return served(next);
    }

    /** Changes that streams find from now on belong to the next generation. */
    void turn() {
        generation++;
    }

    /** Returns the snapshot as it is served now, with the versions that have not departed yet. */
    Snapshot served(Snapshot next) {
        Map<ComponentVersion, Declaration> kept = new HashMap<>();
        departures.forEach((version, departure) -> kept.put(version, departure.declaration));
        return mesh.served(next.withDeclarations(kept));
    }

    /** Ends a publish, and records which acknowledgements are awaited. */
    void end() {
        departing()
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

    /** Records that a subscribed resource of a stream has changed. */
    void marked(Subscription subscription) {
        subscription.lastMarked = generation;
        if (subscription.owes == 0) {
            subscription.owes = generation;
            behind.add(subscription);
        }
    }

    /** Records that a stream's client has acknowledged all resources of a generation that may be sent to it now. */
    void prepared(Subscription subscription, long upTo) {
        ready(arrival ->
                arrival.generation <= upTo && arrival.waiting.remove(subscription) && arrival.waiting.isEmpty());
    }

    /** Records that a stream's client has acknowledged a whole generation. */
    void acknowledged(Subscription subscription, long upTo) {
        if (subscription.owes != 0 && subscription.lastMarked <= upTo) {
            subscription.owes = 0;
            behind.remove(subscription);
        } else if (subscription.owes != 0) {
            subscription.owes = Math.max(subscription.owes, upTo + 1);
        }
        departing()
                .filter(departure -> departure.generation <= upTo)
                .forEach(departure -> departure.waiting.remove(subscription));
    }

    private Stream<Departure> departing() {
        return Stream.of(departures.values().stream(), rights.stream(), mesh.departing())
                .flatMap(each -> each);
    }

    void closed(Subscription subscription) {
        behind.remove(subscription);
        departing().forEach(departure -> departure.waiting.remove(subscription));
        arrivals.forEach(arrival -> arrival.holding.remove(subscription));
        ready(arrival -> arrival.waiting.remove(subscription) && arrival.waiting.isEmpty());
    }

    /**
     * Returns the versions to which a stream's client must not be routed yet. The stream is woken when there are fewer.
     *
     * @param first whether the client does not have the routes yet
     */
    Set<ComponentVersion> unprepared(Subscription subscription, boolean first) {
        Set<ComponentVersion> versions = new HashSet<>();
        for (ArrivingVersions arrival : arrivals) {
            // A new version does not wait for versions that arrive with it, because they may call each other.
            if (!isOf(subscription.proxy(), arrival.versions) && (!first || arrival.seconds < PREPARE_FIRST_SECONDS)) {
                arrival.holding.add(subscription);
                versions.addAll(arrival.versions);
            }
        }
        return versions;
    }

    /**
     * Counts one more second.
     *
     * @return the keys of the versions that departed in it, and of a stage of the mesh that begins
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
            if (next.getValue().second()) {
                each.remove();
                departed.add(new DeclarationKey(next.getKey()));
                Callers.called(next.getKey(), next.getValue().declaration)
                        .forEach(component -> departed.add(new CallersKey(component)));
            }
        }
        if (mesh.second(generation + 1)) {
            departed.add(new MeshKey());
        }
        return departed;
    }

    /** Counts one more second for rights, and returns those that departed in it. */
    Set<Grant> departedRights() {
        Set<Grant> departed = new HashSet<>();
        rights.removeIf(departing -> {
            boolean isOver = departing.second();
            if (isOver) {
                departed.addAll(departing.grants);
            }
            return isOver;
        });
        departed.forEach(grant -> grant.leaving = false);
        return departed;
    }

    private void ready(Predicate<ArrivingVersions> is) {
        List<ArrivingVersions> ready = arrivals.stream().filter(is).toList();
        arrivals.removeAll(ready);
        ready.forEach(arrival -> arrival.holding.forEach(Subscription::wake));
    }
}
