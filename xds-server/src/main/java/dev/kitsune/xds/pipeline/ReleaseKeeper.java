package dev.kitsune.xds.pipeline;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Handed;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.xds.release.ReleaseLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Saves decisions for each virtual environment separately, and never while the pipeline's lock is held. The pipeline
 * serves only saved statuses. A status that cannot be saved does not count as decided, and is decided again later.
 */
final class ReleaseKeeper implements ReleaseStore.Listener {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 5;

    private final ReleaseStore store;
    private final Executor executor;
    private final InstantSource clock;
    private final NewsListener listener;

    /** The content of the store. Guarded by this, like all fields below. */
    private final Map<VirtualEnvironmentName, Kept> kept = new HashMap<>();

    private final Map<VirtualEnvironmentName, Proposal> proposals = new TreeMap<>();

    /** The statuses in the store that this process did not decide. */
    private final Map<VirtualEnvironmentName, Optional<ReleaseStatus>> others = new HashMap<>();

    private List<ReleaseRequest> requests = List.of();

    /**
     * A status that was decided and is not saved yet.
     *
     * @param running whether it, or an older proposal, is being saved now
     * @param why the reason why it could not be saved; null if that was not tried
     */
    private record Proposal(
            @Nullable ReleaseStatus status,
            boolean running,
            int failures,
            @Nullable String why,
            Instant retry) {}

    /** {@code listener}: asks for another pass, because there is something new to hand over */
    ReleaseKeeper(ReleaseStore store, Executor executor, InstantSource clock, NewsListener listener) {
        this.store = store;
        this.executor = executor;
        this.clock = clock;
        this.listener = listener;
    }

    /** Returns the saved statuses at the start. */
    Map<VirtualEnvironmentName, ReleaseStatus> begin() {
        Map<VirtualEnvironmentName, Kept> loaded = store.load();
        List<ReleaseRequest> asked = store.requests();
        synchronized (this) {
            kept.putAll(loaded);
            requests = asked;
        }
        Map<VirtualEnvironmentName, ReleaseStatus> statuses = new HashMap<>();
        loaded.forEach((name, one) -> statuses.put(name, one.status()));
        return statuses;
    }

    /** Watches for requests of commands and for the state of other processes from now on. */
    void watch() {
        store.watch(this);
    }

    @Override
    public void kept(Map<VirtualEnvironmentName, Optional<Kept>> changed) {
        synchronized (this) {
            changed.forEach((name, now) -> {
                now.ifPresentOrElse(one -> kept.put(name, one), () -> kept.remove(name));
                others.put(name, now.map(Kept::status));
            });
        }
        listener.hasNews();
    }

    @Override
    public void asked(List<ReleaseRequest> now) {
        boolean fresh;
        synchronized (this) {
            fresh = !now.equals(requests) && !now.isEmpty();
            requests = now;
        }
        if (fresh) {
            listener.hasNews();
        }
    }

    /** Returns the input of the next decision. {@code changed}: objects whose unsaved statuses are decided again */
    synchronized Handed handed(Collection<ObjectKey> changed, Instant now) {
        Set<VirtualEnvironmentName> names = new TreeSet<>();
        changed.stream()
                .filter(key -> key.kind() == Kind.VirtualEnvironment)
                .forEach(key -> names.add(key.virtualEnvironmentName()));
        requests.forEach(request -> names.add(request.virtualEnvironment()));
        proposals.forEach((name, proposal) -> {
            boolean again = !now.isBefore(proposal.retry()) || names.contains(name);
            if (proposal.why() != null && !proposal.running() && again) {
                others.put(name, status(name));
            }
        });
        return new Handed(others, unkept(), requests);
    }

    /** Whether the store keeps something that this process did not decide. */
    synchronized boolean hasNews() {
        return !others.isEmpty();
    }

    /** Returns the saved statuses of virtual environments whose newest status is not saved. These are served. */
    synchronized Map<VirtualEnvironmentName, Optional<ReleaseStatus>> unkept() {
        Map<VirtualEnvironmentName, Optional<ReleaseStatus>> unkept = new HashMap<>();
        proposals.keySet().forEach(name -> unkept.put(name, status(name)));
        return unkept;
    }

    private Optional<ReleaseStatus> status(VirtualEnvironmentName name) {
        Kept one = kept.get(name);
        return one == null ? Optional.empty() : Optional.of(one.status());
    }

    /** Begins to save a decision. {@code handed}: the input of that decision */
    void decided(Decision decision, Handed handed) {
        List<Runnable> work = new ArrayList<>();
        synchronized (this) {
            others.keySet().removeAll(handed.kept().keySet());
            Set<VirtualEnvironmentName> names = new TreeSet<>(decision.changed());
            names.addAll(handed.kept().keySet());
            for (VirtualEnvironmentName name : names) {
                ReleaseStatus now = decision.releases().statuses().get(name);
                Proposal before = proposals.get(name);
                boolean running = before != null && before.running();
                // A write that failed may have left its status in the store. Saving finds it there.
                boolean sure = before == null || before.why() == null;
                if (Optional.ofNullable(now).equals(status(name)) && !running && sure) {
                    proposals.remove(name);
                } else {
                    int failures = before == null ? 0 : before.failures();
                    String why = before == null ? null : before.why();
                    proposals.put(name, new Proposal(now, true, failures, why, Instant.MAX));
                    if (!running) {
                        work.add(() -> keep(name));
                    }
                }
            }
        }
        drop(decision, handed.requests());
        work.forEach(executor::execute);
    }

    /**
     * A request for an unknown virtual environment is removed at once. Every other request is removed when its result
     * is saved.
     */
    private void drop(Decision decision, Collection<ReleaseRequest> asked) {
        List<ReleaseRequest> over = asked.stream()
                .filter(request -> decision.releases().names().owners().get(request.virtualEnvironment()) == null
                        || status(request.virtualEnvironment())
                                .map(status -> request.id().equals(status.request()))
                                .orElse(false))
                .toList();
        if (!over.isEmpty()) {
            executor.execute(() -> taken(over));
        }
    }

    private void taken(Collection<ReleaseRequest> over) {
        store.taken(over);
        List<ReleaseRequest> left = store.requests(); // One that could not be taken away goes on standing there.
        synchronized (this) {
            requests = requests.stream()
                    .filter(one -> !over.contains(one) || left.contains(one))
                    .toList();
        }
    }

    private void keep(VirtualEnvironmentName name) {
        while (true) {
            ReleaseStatus status;
            String expected;
            synchronized (this) {
                Proposal proposal = Objects.requireNonNull(proposals.get(name), name.value());
                status = proposal.status();
                Kept known = kept.get(name);
                expected = known == null ? null : known.version();
            }
            ReleaseStore.KeepOutcome outcome = store.keep(name, status, expected);
            List<ReleaseRequest> over = requestsIn(name, status, outcome);
            if (!over.isEmpty()) {
                taken(over);
            }
            if (isOver(name, status, outcome)) {
                break;
            }
        }
        listener.hasNews();
    }

    private synchronized List<ReleaseRequest> requestsIn(
            VirtualEnvironmentName name, @Nullable ReleaseStatus status, ReleaseStore.KeepOutcome outcome) {
        return outcome instanceof ReleaseStore.KeepOutcome.Done && status != null
                ? requests.stream()
                        .filter(one -> one.virtualEnvironment().equals(name)
                                && one.id().equals(status.request()))
                        .toList()
                : List.of();
    }

    private synchronized boolean isOver(
            VirtualEnvironmentName name, @Nullable ReleaseStatus status, ReleaseStore.KeepOutcome outcome) {
        Proposal proposal = Objects.requireNonNull(proposals.get(name), name.value());
        boolean newer = !Objects.equals(proposal.status(), status);
        if (outcome instanceof ReleaseStore.KeepOutcome.Done done) {
            if (store.isLasting()) {
                ReleaseLog.say(name, status(name).orElse(null), status);
            }
            if (status == null || done.version() == null) {
                kept.remove(name);
            } else {
                kept.put(name, new Kept(status, done.version()));
            }
            if (newer) {
                return false;
            }
            proposals.remove(name);
        } else if (outcome instanceof ReleaseStore.KeepOutcome.Conflict conflict) {
            if (conflict.now() == null) {
                kept.remove(name);
            } else {
                kept.put(name, conflict.now());
            }
            proposals.remove(name);
            others.put(name, status(name));
        } else if (outcome instanceof ReleaseStore.KeepOutcome.Refused refused) {
            int failures = Math.min(proposal.failures() + 1, MOST_DOUBLINGS);
            Instant retry = clock.instant().plus(FIRST_WAIT.multipliedBy(1L << (failures - 1)));
            proposals.put(name, new Proposal(proposal.status(), false, failures, refused.why(), retry));
        }
        notifyAll();
        return true;
    }

    /** Returns when saving is tried again. */
    synchronized Optional<Instant> nextRetry() {
        return proposals.values().stream()
                .filter(proposal -> proposal.why() != null && !proposal.running())
                .map(Proposal::retry)
                .min(Instant::compareTo);
    }

    /** Returns the problems of the store, each with the virtual environment whose newest release it delays. */
    synchronized List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(store.problems());
        proposals.forEach((name, proposal) -> {
            if (proposal.why() != null) {
                ReleaseStore.StatusPlace place = store.place(name);
                problems.add(new Problem(
                        ProblemCode.UnreadableFile,
                        ProblemCode.UnreadableFile.severity(),
                        place.position(),
                        place.object(),
                        null,
                        name,
                        "the newest release of virtual environment " + name
                                + " is not served, because its state cannot be saved (" + proposal.why() + "): "
                                + place.remedy() + ". Kitsune tries again by itself, and the earlier release is still"
                                + " served"));
            }
        });
        return problems;
    }

    /** Waits until no status is being saved, or until the timeout. */
    synchronized void awaitIdle(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (proposals.values().stream().anyMatch(Proposal::running)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }
}
