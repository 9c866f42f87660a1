package dev.kitsune.xds.expiry;

import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.xds.pipeline.Pipeline.Resolved;
import dev.kitsune.xds.release.Alarm;
import dev.kitsune.xds.release.SeenFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks what has expired before it is resolved, and keeps when virtual environments were seen and used.
 *
 * <p>Uses and the fact that this process is there are kept every minute, who is new or gone within seconds: soon after it is
 * served, not before. A process that is killed in between makes a new environment's age begin at the next start, and loses
 * nothing that worked.
 */
public final class ExpiryStage implements Uses, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExpiryStage.class);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration SET_BACK = Duration.ofSeconds(1);
    private static final Duration SLEPT = SeenFile.BEAT.multipliedBy(2);

    private final SeenFile file;
    private final Alarm alarm;
    private final Runnable again;
    private final BiFunction<@Nullable Resolution, CatalogChange, Resolved> next;

    /** What is not resolved yet: it is said again until it was. Of the pipeline, which brings one change at a time. */
    private final Set<ObjectKey> unresolved = new HashSet<>();

    /** Null until something was read: what another process keeps is none of ours. Guarded by this, as all below. */
    private @Nullable Expirations now;

    private Instant alive = Instant.MIN;
    private Instant keepAt = Instant.MIN;
    private boolean unkept;

    /**
     * @param again asks for another resolution, when only the time has changed
     * @param next resolves what is marked
     */
    public ExpiryStage(
            SeenFile file,
            Alarm alarm,
            Runnable again,
            BiFunction<@Nullable Resolution, CatalogChange, Resolved> next) {
        this.file = file;
        this.alarm = alarm;
        this.again = again;
        this.next = next;
    }

    /** The next resolution: of what has not expired. */
    public Resolved resolve(@Nullable Resolution before, CatalogChange change) {
        Resolved resolved = next.apply(before, marked(change));
        unresolved.clear();
        return resolved;
    }

    private synchronized CatalogChange marked(CatalogChange change) {
        Instant time = alarm.clock().instant();
        Expirations before = now == null ? load(time) : awake(now, time);
        Collection<ObjectKey> changed =
                now == null ? change.catalog().manifests().keySet() : change.objects();
        Expirations.Step step = before.next(change, changed, time);
        now = step.next();
        unresolved.addAll(step.changed());
        if (step.others() || !step.changed().isEmpty()) {
            unkept = true;
            keepBy(time.plus(SOON));
        }
        ring(time);
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(unresolved);
        List<Problem> problems = new ArrayList<>(change.problems());
        problems.addAll(file.problems());
        return new CatalogChange(change.catalog().withExpired(now.expired()), objects, change.secrets(), problems);
    }

    private Expirations load(Instant time) {
        alive = time;
        keepAt = time.plus(SOON);
        return file.load().map(kept -> kept.awayUntil(time)).orElse(Expirations.kept(Map.of()));
    }

    /** A machine that slept was away, too; and clocks are set back. */
    private Expirations awake(Expirations before, Instant time) {
        Duration silence = Duration.between(alive, time);
        if (silence.compareTo(SLEPT) > 0 || silence.negated().compareTo(SET_BACK) > 0) {
            unkept = true;
            alive = time;
            return silence.isNegative() ? before.setBack(time) : before.away(silence, time);
        }
        if (!silence.isNegative()) { // Another thread may have looked at the clock a moment later.
            alive = time;
        }
        return before;
    }

    @Override
    public synchronized void used(String environment, Instant at) {
        Instant time = alarm.clock().instant();
        Expirations before = now;
        if (before != null) {
            Expirations after = before.used(environment, at.isAfter(time) ? time : at);
            unkept = true;
            now = after;
            if (!after.nextDue().equals(before.nextDue())) {
                ring(time); // It had expired, and this came late: it is back.
            }
        }
    }

    /** When a virtual environment ends; null for one without limits. */
    public synchronized @Nullable ExpiryRow row(ObjectKey environment) {
        Expirations.Watched one = now == null ? null : now.get(environment);
        return one == null || one.limits() == null
                ? null
                : ExpiryRow.of(
                        environment.name(),
                        one.limits(),
                        one.seen(),
                        alarm.clock().instant(),
                        Duration.ZERO);
    }

    private void keepBy(Instant time) {
        keepAt = time.isBefore(keepAt) ? time : keepAt;
    }

    private void ring(Instant time) {
        if (now != null) {
            keepBy(time.plus(SeenFile.BEAT)); // The clock may have been set back.
            Instant due = now.nextDue().filter(at -> at.isBefore(keepAt)).orElse(keepAt);
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
            due = now.nextDue().filter(at -> !time.isBefore(at)).isPresent();
            keep = !time.isBefore(keepAt);
            if (keep) {
                keepAt = time.plus(SeenFile.BEAT);
                // Where nobody can become idle, that this process is there need not be told.
                keep = unkept || now.isAnyIdle();
            }
        }
        if (keep) {
            keep();
        }
        if (due) {
            again.run();
        } else {
            synchronized (this) {
                ring(time);
            }
        }
    }

    private void keep() {
        synchronized (file) {
            Expirations all;
            Instant until;
            synchronized (this) {
                if (now == null) {
                    return;
                }
                all = now;
                until = alive;
                unkept = false;
            }
            try {
                file.keep(new SeenFile.Kept(until, all.seen()));
            } catch (IOException e) {
                synchronized (this) {
                    unkept = true;
                }
                log.warn(
                        "when virtual environments were seen and used cannot be kept, and will be tried again: {}."
                                + " Should this process end before, the time since the last success counts as away",
                        e.toString());
            }
        }
    }

    /** Keeps it a last time. */
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
