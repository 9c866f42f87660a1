package dev.kitsune.k8s.status;

import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.status.StatusQueue.Turn;
import dev.kitsune.k8s.status.StatusQueue.Urgency;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, step by step, which status is written next. Only one thread makes steps. Every object is compared with what
 * was seen of it before anything is written.
 */
final class StatusRounds {
    private static final Logger LOG = LoggerFactory.getLogger(StatusRounds.class);

    /** How often to ask whether this replica may write. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final Set<Integer> OVERTAKEN = Set.of(404, 409);
    private static final Set<Integer> INVALID = Set.of(400, 422);

    private final FactSource facts;
    private final WriteGuard guard;
    private final StatusSink sink;
    private final Pace pace;
    private final InstantSource clock;

    /** Whether the last write has failed. Only the thread that makes steps uses it, and the field below. */
    private boolean failing;

    /** From when on something may be written; null if no turn is taken. */
    private @Nullable Long turnAt;

    /** Guarded by this, like all fields below. */
    private final SeenObjects objects = new SeenObjects();

    /** Seen, and not yet delivered to whom the facts are from. */
    private final Set<ObjectKey> undelivered = new HashSet<>();

    /** Those about which nothing was known when they were looked at. */
    private final Set<ObjectKey> unknown = new HashSet<>();

    /** Those whose newest generation the replicas or the proxies do not have yet. Somebody waits for that. */
    private final Set<ObjectKey> awaited = new HashSet<>();

    private final StatusQueue queue = new StatusQueue();
    private final Announcements announcements = new Announcements();
    private boolean holds;
    private long writes;

    StatusRounds(FactSource facts, WriteGuard guard, StatusSink sink, Pace pace, InstantSource clock) {
        this.facts = facts;
        this.guard = guard;
        this.sink = sink;
        this.pace = pace;
        this.clock = clock;
    }

    /** An object was seen. */
    synchronized void put(SeenObject object) {
        if (objects.put(object)) {
            undelivered.add(object.key());
        }
    }

    synchronized void removed(ObjectKey key) {
        objects.remove(key);
        undelivered.remove(key);
        unknown.remove(key);
        queue.settled(key);
        awaited.remove(key);
    }

    /** What was seen before is delivered. */
    synchronized void delivered() {
        undelivered.forEach(this::add);
        undelivered.clear();
    }

    /** There may be something new about these objects. */
    synchronized void changed(Collection<ObjectKey> keys) {
        keys.forEach(this::add);
        unknown.forEach(this::add);
        unknown.clear();
    }

    /** A replica that does not write remembers nothing: when it begins to write, it looks at every object. */
    private void add(ObjectKey key) {
        SeenObject object = objects.get(key);
        if (holds && object != null) {
            queue.add(key, object.isUntold() || awaited.contains(key) ? Urgency.SPEC : Urgency.STATE);
        }
    }

    synchronized long writes() {
        return writes;
    }

    /** Makes one step at this time of {@link System#nanoTime}, and returns the nanoseconds until the next one. */
    long step(long now) {
        if (!holds()) {
            return LOOK;
        }
        announce(now);
        Turn turn;
        SeenObject object;
        synchronized (this) {
            long pause = queue.isEmpty() ? LOOK : untilTurn(now);
            turn = pause > 0 ? null : queue.take(now);
            if (turn == null) {
                long next = pause > 0 ? pause : LOOK;
                return Math.min(Math.min(next, LOOK), announcements.pause(now));
            }
            object = undelivered.contains(turn.key()) ? null : objects.get(turn.key());
        }
        if (object != null) {
            look(turn, object, now);
        }
        return 0;
    }

    /** Returns the nanoseconds until this one may write. Its turn stays until it writes. */
    private long untilTurn(long now) {
        long at = turnAt == null ? pace.turn(now) : turnAt;
        turnAt = at;
        return Math.max(0, at - now);
    }

    private boolean holds() {
        boolean may = guard.mayWrite();
        synchronized (this) {
            if (may && !holds) {
                holds = true;
                objects.keys().forEach(this::add);
            } else if (!may && holds) {
                holds = false;
                queue.clear();
                unknown.clear();
                awaited.clear();
                announcements.clear();
            }
        }
        return may;
    }

    private void look(Turn turn, SeenObject object, long now) {
        ObjectFacts known = facts.of(turn.key());
        if (known == null) {
            synchronized (this) {
                unknown.add(turn.key());
            }
            return;
        }
        ObjectStatus wanted = ObjectStatus.of(object, known, clock.instant());
        WrittenStatus next = WrittenStatus.of(wanted.fields());
        boolean sameState = next.state().equals(object.written().state());
        if (sameState && next.details().equals(object.written().details())) {
            settled(turn.key());
        } else if (turn.urgency() != Urgency.DETAILS && (sameState || next.misses(object.written()))) {
            synchronized (this) {
                queue.addDetails(turn.key(), now);
            }
        } else {
            write(turn, object, wanted, now);
        }
    }

    private synchronized void settled(ObjectKey key) {
        queue.settled(key);
    }

    private void write(Turn turn, SeenObject object, ObjectStatus wanted, long now) {
        pace.used(now);
        turnAt = null;
        try {
            SeenObject after = SeenObject.of(object.key(), sink.write(object, wanted.fields()));
            synchronized (this) {
                objects.refresh(after);
                queue.settled(turn.key());
                remember(object, wanted);
                writes++;
                announcements.add(StatusTransition.of(object, wanted), now);
            }
            works();
        } catch (KubernetesClientException e) {
            failed(turn, now, e);
        }
    }

    /**
     * The write that says that a change is in force is as urgent as the one that said that it is not yet. A change that
     * only other objects have made is not.
     */
    private void remember(SeenObject before, ObjectStatus now) {
        if (!now.isUnderway()) {
            awaited.remove(before.key());
        } else if (before.isUntold()) {
            awaited.add(before.key());
        }
    }

    private void works() {
        if (failing) {
            failing = false;
            LOG.info("statuses of objects are written again");
        }
    }

    private void failed(Turn turn, long now, KubernetesClientException e) {
        boolean overtaken = OVERTAKEN.contains(e.getCode());
        boolean invalid = INVALID.contains(e.getCode());
        synchronized (this) {
            if (!overtaken && !invalid) {
                queue.add(turn.key(), turn.urgency());
                turnAt = now + RETRY;
            }
        }
        if (overtaken) {
            // The source tells of the newer version.
            LOG.debug("{} has changed or gone: {}", turn.key(), ApiRefusal.words(e));
        } else if (invalid) {
            LOG.error(
                    "the status of {} is refused, which is a fault of Kitsune, please report it: {}",
                    turn.key(),
                    ApiRefusal.words(e));
        } else if (!failing) {
            failing = true;
            LOG.warn(
                    "the status of {} cannot be written: {}. Kitsune tries again every second",
                    turn.key(),
                    ApiRefusal.words(e));
        }
    }

    private void announce(long now) {
        List<StatusEvent> events;
        synchronized (this) {
            if (queue.hasChanges()) {
                announcements.goOn(now);
            }
            events = announcements.take(now, this::uid);
        }
        for (StatusEvent event : events) {
            try {
                sink.tell(event);
            } catch (KubernetesClientException e) {
                LOG.debug("an Event at {} cannot be created: {}", event.object(), ApiRefusal.words(e));
            }
        }
    }

    private @Nullable String uid(ObjectKey key) {
        SeenObject object = objects.get(key);
        return object == null ? null : object.uid();
    }
}
