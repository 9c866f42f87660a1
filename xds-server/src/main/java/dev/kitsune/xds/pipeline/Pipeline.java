package dev.kitsune.xds.pipeline;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one change after the other, resolves it on top of the resolution before, and publishes the snapshot.
 *
 * <p>A fault in resolving or publishing (a bug, as users' mistakes are problems), or a disk that takes nothing, ends nothing:
 * what was published goes on, and the keys of the change that failed are kept for the next one, so that nothing is forgotten.
 */
public final class Pipeline {
    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    private static final String NOT_SERVED = "the newest change is not served, what was served before goes on: ";

    private final BiFunction<@Nullable Resolution, CatalogChange, Resolved> resolve;
    private final BiConsumer<Snapshot, Set<SnapshotKey>> publish;
    private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
    private final Object changing = new Object();
    private final Object published = new Object();

    /** What failed to be resolved, and what was resolved and failed to be published. Guarded by {@code changing}. */
    private final Set<ObjectKey> unresolvedObjects = new HashSet<>();

    private final Set<SecretId> unresolvedSecrets = new HashSet<>();
    private final Set<SnapshotKey> unpublished = new HashSet<>();
    private @Nullable Resolution resolved;

    /** What stands in the files, as far as it was told. Guarded by {@code changing}. */
    private @Nullable CatalogChange newest;

    private volatile State state = State.NOTHING;

    /** A resolution of what is in force, and the releases by which it is. */
    public record Resolved(Resolution resolution, PMap<String, ReleaseStatus> releases) {}

    /**
     * @param resolve makes the next resolution from the one before (null at first) and a change
     * @param publish hands a snapshot and the keys that changed in it to the proxies
     */
    public Pipeline(
            BiFunction<@Nullable Resolution, CatalogChange, Resolved> resolve,
            BiConsumer<Snapshot, Set<SnapshotKey>> publish) {
        this.resolve = resolve;
        this.publish = publish;
    }

    /** Brings a change into force. Changes must come in the order in which they happened. */
    public void accept(CatalogChange change) {
        synchronized (changing) {
            newest = change;
            State next;
            try {
                next = advance(change);
                if (state.failure() != null) {
                    log.info("Changes are served again");
                }
            } catch (NotKeptException e) {
                next = state.failed(NOT_SERVED + e.getMessage());
                if (!Objects.equals(next.failure(), state.failure())) {
                    log.error("{}", next.failure());
                }
            } catch (RuntimeException | StackOverflowError e) {
                next = state.failed(NOT_SERVED + "a fault of Kitsune, please report it: " + e);
                log.error("{}", next.failure(), e);
            }
            tell(next);
        }
    }

    /** Looks again at what stands there: because of a request, or because of the time. Nothing before the first change. */
    public void again() {
        synchronized (changing) {
            if (newest != null) {
                accept(new CatalogChange(newest.catalog(), Set.of(), Set.of(), newest.problems()));
            }
        }
    }

    private State advance(CatalogChange change) {
        unresolvedObjects.addAll(change.objects());
        unresolvedSecrets.addAll(change.secrets());
        Resolved next = resolve.apply(
                resolved, new CatalogChange(change.catalog(), unresolvedObjects, unresolvedSecrets, change.problems()));
        Resolution now = next.resolution();
        resolved = now;
        unresolvedObjects.clear();
        unresolvedSecrets.clear();
        unpublished.addAll(now.changed());
        publish.accept(now.snapshot(), Set.copyOf(unpublished));
        unpublished.clear();
        return new State(state.sequence() + 1, now.snapshot(), now.problems(), next.releases(), null);
    }

    private void tell(State next) {
        synchronized (published) {
            state = next;
            published.notifyAll();
        }
        for (Consumer<State> listener : listeners) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                log.error("A listener failed", e);
            }
        }
    }

    /** What is served now. */
    public State state() {
        return state;
    }

    /** Calls the listener after every change, in order, on the thread that brought the change. */
    public void listen(Consumer<State> listener) {
        listeners.add(listener);
    }

    /** Waits for a state that fulfils the condition; empty when the time is over. */
    public Optional<State> await(Predicate<State> condition, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (published) {
            while (!condition.test(state)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                published.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return Optional.of(state);
        }
    }
}
