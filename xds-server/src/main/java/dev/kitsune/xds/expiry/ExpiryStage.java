package dev.kitsune.xds.expiry;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.expiry.Arrival;
import dev.kitsune.model.expiry.Arrivals;
import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.expiry.SightingListener;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.model.virtualenvironment.CertificateDates;
import dev.kitsune.xds.alarm.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds when each object was first seen and which virtual environments have expired, before anything is decided. It
 * stores these times and the last uses of virtual environments. It also says which certificates of gateways expire.
 *
 * <p>Uses and the running time of this process are stored every minute. New and deleted objects are stored within a
 * second, or at once if they decide which of two objects was first.
 */
public final class ExpiryStage implements Uses, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExpiryStage.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration SET_BACK = Duration.ofSeconds(1);
    private static final Duration SLEPT = Sightings.BEAT.multipliedBy(2);

    private final SightingStore store;
    private final Deciding deciding;
    private final Alarm alarm;
    private final ExpiryListener listener;

    /** Only one thread at a time stores the times. */
    private final Object keeping = new Object();

    /** Null until something was read. Guarded by this, like all fields below. */
    private @Nullable Expirations now;

    private PMap<ObjectKey, Expired> expired = HashTreePMap.empty();
    private Arrivals arrivals = Arrivals.NONE;
    private CertificateDates certificates = CertificateDates.NONE;
    private @Nullable Instant certificatesDue;
    private @Nullable Sightings told;
    private Instant alive = Instant.MIN;
    private Instant keepAt = Instant.MIN;
    private boolean unkept;

    /**
     * @param deciding whether this process stores the sightings, or only reads what another one stores
     * @param listener is called when only the time or another process's sightings have changed
     */
    public ExpiryStage(SightingStore store, Deciding deciding, Alarm alarm, ExpiryListener listener) {
        this.store = store;
        this.deciding = deciding;
        this.alarm = alarm;
        this.listener = listener;
        if (deciding != Deciding.ALWAYS) {
            store.watch(new OtherProcesses());
        }
    }

    /** Hears what they store. */
    private final class OtherProcesses implements SightingListener {
        @Override
        public void kept(Sightings sightings) {
            synchronized (ExpiryStage.this) {
                told = sightings;
            }
            listener.changed();
        }

        @Override
        public void expired() {
            listener.changed();
        }

        @Override
        public void used(VirtualEnvironmentName virtualEnvironment, Instant at) {
            ExpiryStage.this.used(virtualEnvironment, at);
        }
    }

    /** Returns the change with the times of first sight and the expired virtual environments. */
    public synchronized CatalogChange expire(CatalogChange change) {
        Instant time = alarm.clock().instant();
        Set<ObjectKey> changed = new HashSet<>(change.objects());
        if (now == null
                || !change.secrets().isEmpty()
                || changed.stream().anyMatch(key -> key.kind() == Kind.Platform)) {
            certificates = CertificateDates.of(change.catalog());
        }
        certificatesDue = certificates.nextDue(time).orElse(null);
        if (now == null || told != null) {
            changed.addAll(change.catalog().manifests().keySet());
            changed.addAll(change.catalog().lastGood().keySet());
        }
        Expirations before = now == null ? load(time) : awake(now, time);
        Arrivals then = arrivals;
        if (told != null) {
            before = Expirations.kept(told.seen());
            arrivals = told.came();
            told = null;
        }
        boolean follows = !deciding.decides();
        arrivals = follows ? arrivals.following(change, changed, time) : arrivals.next(change, changed, time);
        Expirations.Step step = follows ? before.following(change, changed, time) : before.next(change, changed, time);
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(step.changed());
        PMap<ObjectKey, Expired> counting = store.expired(step.next().expired());
        objects.addAll(differing(expired, counting));
        expired = counting;
        Set<ObjectKey> came = arrivals.changedSince(then);
        objects.addAll(came);
        now = step.next();
        // If several files hold an object, the file that counts matters too.
        if (step.others() || !step.changed().isEmpty() || arrivals.all() != then.all()) {
            unkept = true;
            keepBy(time.plus(SOON));
        }
        ring(time);
        List<Problem> problems = new ArrayList<>(change.problems());
        problems.addAll(store.problems());
        problems.addAll(certificates.problems(time));
        Catalog catalog = change.catalog().withExpired(expired);
        // An API server knows when each object was created, and every process knows it from there.
        catalog = catalog.created().isEmpty() ? catalog.withCreated(arrivals.created()) : catalog;
        return change.with(catalog, objects, problems);
    }

    private static Set<ObjectKey> differing(Map<ObjectKey, Expired> one, Map<ObjectKey, Expired> other) {
        Set<ObjectKey> keys = new HashSet<>();
        if (one != other) {
            keys.addAll(one.keySet());
            keys.addAll(other.keySet());
            keys.removeIf(key -> Objects.equals(one.get(key), other.get(key)));
        }
        return keys;
    }

    /** Returns the file that counts for an object, if several files hold it; null for a new object. */
    public synchronized @Nullable String fileOf(ObjectKey key) {
        Arrival arrival = arrivals.all().get(key);
        return arrival == null ? null : arrival.file();
    }

    /** Begins with the stored times, because they decide precedence before anything is read. */
    public synchronized void begin() {
        store.load().ifPresent(kept -> arrivals = kept.came());
    }

    /** The stored times were lost with their folder. */
    public synchronized void keepAgain() {
        unkept = true;
        contended();
    }

    /** Precedence matters now, so the next process must know it too. */
    public synchronized void contended() {
        if (unkept) {
            Instant time = alarm.clock().instant();
            keepBy(time);
            ring(time);
        }
    }

    private Expirations load(Instant time) {
        alive = time;
        keepAt = time.plus(SOON);
        Sightings kept = store.load().orElse(null);
        if (kept == null) {
            return Expirations.kept(Map.of());
        }
        arrivals = kept.came();
        return deciding == Deciding.NEVER ? Expirations.kept(kept.seen()) : kept.awayUntil(time);
    }

    /** A suspended machine received no reports either, and a clock may be set back. */
    private Expirations awake(Expirations before, Instant time) {
        Duration silence = Duration.between(alive, time);
        if (silence.compareTo(SLEPT) > 0 || silence.negated().compareTo(SET_BACK) > 0) {
            unkept = true;
            alive = time;
            return silence.isNegative() ? before.setBack(time) : before.away(silence, time);
        }
        if (!silence.isNegative()) { // Another thread may have read the clock a moment later.
            alive = time;
        }
        return before;
    }

    @Override
    public synchronized void used(VirtualEnvironmentName virtualEnvironment, Instant at) {
        Instant time = alarm.clock().instant();
        Expirations before = now;
        if (before != null) {
            Expirations after = before.used(virtualEnvironment, at.isAfter(time) ? time : at);
            unkept = true;
            now = after;
            if (!after.nextDue().equals(before.nextDue())) {
                ring(time); // It had expired, and this late report restores it.
            }
        }
    }

    /** Returns the expiry of a virtual environment; null for one without limits. */
    public synchronized @Nullable ExpiryRow row(ObjectKey virtualEnvironment) {
        Expirations.WatchedVirtualEnvironment one = now == null ? null : now.get(virtualEnvironment);
        return one == null || one.limits() == null
                ? null
                : ExpiryRow.of(
                        virtualEnvironment.virtualEnvironmentName(),
                        one.limits(),
                        one.seen(),
                        alarm.clock().instant(),
                        Duration.ZERO);
    }

    /** Returns when a virtual environment was used last; null if no use is known. */
    public synchronized @Nullable Instant lastUsed(ObjectKey virtualEnvironment) {
        Expirations.WatchedVirtualEnvironment one = now == null ? null : now.get(virtualEnvironment);
        return one == null ? null : one.seen().lastUsed();
    }

    private void keepBy(Instant time) {
        keepAt = time.isBefore(keepAt) ? time : keepAt;
    }

    private void ring(Instant time) {
        if (now != null) {
            keepBy(time.plus(Sightings.BEAT)); // The clock may have been set back.
            Instant due = now.nextDue().filter(at -> at.isBefore(keepAt)).orElse(keepAt);
            due = certificatesDue != null && certificatesDue.isBefore(due) ? certificatesDue : due;
            alarm.at(due.isBefore(time) ? time : due, this::rung);
        }
    }

    private void rung() {
        Instant time = alarm.clock().instant();
        boolean due;
        boolean keep;
        synchronized (this) {
            Expirations before = now;
            if (before == null) {
                return;
            }
            now = awake(before, time).postponed(time);
            due = now.nextDue().filter(at -> !time.isBefore(at)).isPresent()
                    || (certificatesDue != null && !time.isBefore(certificatesDue));
            keep = !time.isBefore(keepAt);
            if (keep) {
                keepAt = time.plus(Sightings.BEAT);
                // If no virtual environment can become idle, the running time of this process need not be stored.
                keep = unkept || now.isAnyIdle();
            }
        }
        if (keep) {
            keep();
        }
        if (due) {
            listener.changed();
        } else {
            synchronized (this) {
                ring(time);
            }
        }
    }

    private void keep() {
        synchronized (keeping) {
            Expirations all;
            Arrivals came;
            Instant until;
            synchronized (this) {
                if (now == null || !deciding.decides()) {
                    return;
                }
                all = now;
                came = arrivals;
                until = alive;
                unkept = false;
            }
            store.keep(new Sightings(until, all.seen(), came.all())).ifPresent(why -> {
                synchronized (this) {
                    unkept = true;
                }
                log.warn(
                        "the times at which virtual environments were seen and used cannot be saved, and saving will be tried"
                                + " again: {}. If this process ends first, the time since the last success does not"
                                + " count as idle",
                        why);
            });
        }
    }

    /** Stores the times a last time. */
    @Override
    public void close() {
        synchronized (this) {
            now = now == null ? null : awake(now, alarm.clock().instant());
        }
        keep();
        synchronized (this) {
            now = null;
        }
    }
}
