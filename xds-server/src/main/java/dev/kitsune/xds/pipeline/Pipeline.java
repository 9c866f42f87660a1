package dev.kitsune.xds.pipeline;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Drift;
import dev.kitsune.model.release.Handed;
import dev.kitsune.model.release.InForce;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.xds.alarm.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one change after the other through the stages: see {@link #pass}.
 *
 * <p>Separate threads save decisions, and a decision is served when it is saved. Endpoints, secrets and other virtual
 * environments do not wait for that. An exception in a stage is a bug, because users' mistakes are problems. The
 * published state then stays in force, and the failed change is tried again with the next one.
 */
public final class Pipeline {
    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    /** In the first pass, decisions are saved before anything is served. This is the longest time to wait for that. */
    private static final Duration START = Duration.ofSeconds(10);

    /** The problems that depend on precedence. */
    private static final Set<ProblemCode> CONTENTION = EnumSet.of(
            ProblemCode.DuplicateName,
            ProblemCode.AppConflict,
            ProblemCode.RouteConflict,
            ProblemCode.ComponentVersionConflict);

    private final Stages stages;
    private final Alarm alarm;
    private final ReleaseKeeper releaseKeeper;
    private final LastGoods lastGoods;
    private final Told told;
    private final Object changing = new Object();

    /** Guarded by {@code changing}, like all fields below. */
    private final Debt debt = new Debt();

    private Releases releases = Releases.NONE;
    private @Nullable Resolution resolved;
    private @Nullable CatalogChange newest;
    private boolean loaded;
    private boolean starting = true;
    private boolean passing;
    private boolean once;
    private boolean everything;
    private volatile @Nullable Decision decided;
    private ContentionListener contention = () -> {};

    /**
     * @param alarm the clock and scheduler
     * @param workers run the tasks that a pass does not wait for
     */
    public Pipeline(Stages stages, Stores stores, Alarm alarm, Workers workers) {
        this.stages = stages;
        this.alarm = alarm;
        this.releaseKeeper = new ReleaseKeeper(stores.releases(), workers.keeps(), alarm.clock(), this::again);
        this.lastGoods = new LastGoods(stores, workers.keeps(), this::again);
        this.told = new Told(workers.tells());
    }

    /** Calls the listener when precedence matters, so that it is stored. */
    public void whenContended(ContentionListener listener) {
        contention = listener;
    }

    /** Watches for requests of commands and for the state of other processes from now on. */
    public void watch() {
        releaseKeeper.watch();
        lastGoods.watch();
    }

    /** Brings a change into force. Changes must come in the order in which they happened. */
    public void accept(CatalogChange change) {
        synchronized (changing) {
            newest = change;
            attempt(change);
        }
        start();
        follow();
    }

    /** Runs another pass if news arrived during the pass. */
    private void follow() {
        boolean more;
        synchronized (changing) {
            more = once;
        }
        if (more) {
            again();
        }
    }

    /** The first decisions are saved before they are served, so that the whole folder is served at once. */
    private void start() {
        synchronized (changing) {
            if (!starting) {
                return;
            }
        }
        try {
            releaseKeeper.awaitIdle(START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (changing) {
            starting = false;
        }
        again();
    }

    /**
     * Runs another pass over the current catalog, because of a request, the store, or the time. Does nothing before the
     * first change.
     */
    public void again() {
        synchronized (changing) {
            if (newest == null || passing || starting) {
                once = true;
                return;
            }
            do {
                once = false;
                attempt(passOver(newest));
            } while (once);
        }
    }

    /**
     * Decides everything again, because this process decides now what another one decided until now. That one may have
     * left something undecided.
     */
    public void decideAgain() {
        synchronized (changing) {
            everything = true;
        }
        again();
    }

    private CatalogChange passOver(CatalogChange last) {
        Set<ObjectKey> objects = everything ? last.catalog().manifests().keySet() : Set.of();
        everything = false;
        return last.of(objects, Set.of(), Set.of());
    }

    private void attempt(CatalogChange change) {
        passing = true;
        ServedState before = told.state();
        try {
            pass(change);
            if (before.failure() != null) {
                log.info("Changes are served again");
            }
        } catch (RuntimeException | StackOverflowError e) {
            ServedState failed =
                    before.failed("the newest change is not served, and the state before it is still served: a fault of"
                            + " Kitsune, please report it: " + e);
            log.error("{}", failed.failure(), e);
            told.tell(failed);
        } finally {
            passing = false;
        }
    }

    /** The pipeline: expires, decides, resolves with the saved releases, and publishes. */
    private void pass(CatalogChange read) {
        Instant now = alarm.clock().instant();
        load();
        CatalogChange change = debt.with(stages.expire().expire(lastGoods.with(debt.with(read))));

        Handed handed = releaseKeeper.handed(change.objects(), now);
        Decision decision = stages.decide().next(releases, resolved, change, handed, now);
        lastGoods.decided(change, releases, decision);
        releases = decision.releases();
        resolved = decision.resolution();
        decided = decision;
        debt.resolved(decision.resolution());

        releaseKeeper.decided(decision, handed);
        wake(now);
        if (!starting || releaseKeeper.unkept().isEmpty()) {
            starting = false;
            publish(decision);
        }
    }

    private void publish(Decision decision) {
        once = releaseKeeper.hasNews() || lastGoods.hasNews();
        Map<VirtualEnvironmentName, Optional<ReleaseStatus>> unkept = releaseKeeper.unkept();
        Resolution served = InForce.resolve(decision, unkept);
        debt.served(decision.resolution(), served);
        Set<SnapshotKey<?>> changed = debt.unpublished();
        stages.publish().publish(served.snapshot(), changed);
        ServedState before = told.state();
        ServedProblems problems = before.problems()
                .next(
                        served.found(),
                        debt.untold(),
                        Stream.concat(served.otherProblems().stream(), releaseKeeper.problems().stream())
                                .toList());
        debt.published();
        if (problems.hasAny(CONTENTION)) {
            contention.contended();
        }
        told.tell(new ServedState(
                before.sequence() + 1, served.snapshot(), virtualEnvironments(changed), problems, kept(unkept), null));
    }

    private static Set<VirtualEnvironmentName> virtualEnvironments(Set<SnapshotKey<?>> changed) {
        return changed.stream()
                .filter(SnapshotKey.VirtualEnvironmentKey.class::isInstance)
                .map(key -> ((SnapshotKey.VirtualEnvironmentKey) key).name())
                .collect(Collectors.toSet());
    }

    private PMap<VirtualEnvironmentName, ReleaseStatus> kept(
            Map<VirtualEnvironmentName, Optional<ReleaseStatus>> unkept) {
        PMap<VirtualEnvironmentName, ReleaseStatus> kept = releases.statuses();
        for (Map.Entry<VirtualEnvironmentName, Optional<ReleaseStatus>> of : unkept.entrySet()) {
            kept = of.getValue().isPresent()
                    ? kept.plus(of.getKey(), of.getValue().get())
                    : kept.minus(of.getKey());
        }
        return kept;
    }

    private void load() {
        if (!loaded) {
            releases = Releases.kept(releaseKeeper.begin());
            loaded = true;
        }
    }

    /** Schedules the next pass for the time when something is due, or when saving must be tried again. */
    private void wake(Instant now) {
        Stream.of(releases.nextDue(), releaseKeeper.nextRetry())
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .ifPresent(at -> alarm.at(at.isBefore(now) ? now : at, this::again));
    }

    /** Returns the differences between the files and a virtual environment's frozen active release. */
    public List<Drift> drift(VirtualEnvironmentName virtualEnvironment) {
        Decision last = decided;
        ReleaseStatus status = last == null ? null : last.releases().statuses().get(virtualEnvironment);
        ReleaseEntry active = status == null ? null : status.active();
        return last == null || active == null || active.frozen() == null
                ? List.of()
                : Drift.between(active.frozen(), last.resolution().freeze(virtualEnvironment));
    }

    /** The last good versions of the objects that stood in a file. */
    public List<Manifest<?>> lastGoodIn(String file) {
        return lastGoods.in(file);
    }

    /** Returns the last decision, whether or not it is saved; null before the first pass. */
    public @Nullable Decision decided() {
        return decided;
    }

    /** Returns the served state. */
    public ServedState state() {
        return told.state();
    }

    /** Calls the listener after every change, in order. */
    public void listen(ServedStateListener listener) {
        told.listen(listener);
    }

    /** Waits for a state that fulfils the condition; empty when the time is over. */
    public Optional<ServedState> await(ServedCondition condition, Duration timeout) throws InterruptedException {
        return told.await(condition, timeout);
    }
}
