package dev.kitsune.model.release;

import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The releases of one virtual environment: at most one active, at most one waiting, and the earlier ones. Every event
 * gives the next status. No event is refused, and an event without effect changes nothing.
 *
 * @param written {@code spec.release} as it was last seen; only a different one requests a new release
 * @param request the id of the last processed request of a command; null before the first
 * @param last the id of the newest release
 * @param history newest first
 * @param exceeded whether the newest release exceeded its deadline and nothing was requested since; known without any
 *     history
 */
public record ReleaseStatus(
        @Nullable Release written,
        @Nullable String request,
        int last,
        @Nullable ReleaseEntry active,
        @Nullable ReleaseEntry pending,
        List<ReleaseEntry> history,
        boolean exceeded) {
    public static final ReleaseStatus NONE = new ReleaseStatus(null, null, 0, null, null, List.of(), false);

    public ReleaseStatus {
        history = List.copyOf(history);
    }

    /**
     * Processes the release in the files. It never ends the active release, and does not request a release that is
     * already active.
     */
    ReleaseStatus written(@Nullable Release release, Instant now) {
        if (Objects.equals(release, written)) {
            return this;
        }
        ReleaseStatus seen = new ReleaseStatus(release, request, last, active, pending, history, false);
        if (release == null) {
            return seen.withoutPending(Phase.Superseded, now).withoutActive(Phase.Superseded, now);
        }
        return active != null && active.wanted().equals(release)
                ? seen.withoutPending(Phase.Superseded, now)
                : seen.wanting(release, ReleaseEntry.ReleaseSource.Manifest, null, now);
    }

    /** Processes a request of a command. */
    ReleaseStatus asked(ReleaseRequest asked, Instant now) {
        if (asked.id().equals(request)) {
            return this;
        }
        ReleaseStatus seen = new ReleaseStatus(written, asked.id(), last, active, pending, history, exceeded);
        return asked instanceof ReleaseRequest.Start start
                ? seen.wanting(start.wanted(), ReleaseEntry.ReleaseSource.Command, null, now)
                : seen.back(((ReleaseRequest.Back) asked).to(), now);
    }

    private ReleaseStatus back(@Nullable Integer to, Instant now) {
        Optional<ReleaseEntry> target = target(to);
        boolean stays = active != null && target.equals(Optional.of(active));
        if (target.isEmpty()) {
            return this;
        }
        ReleaseStatus without = withoutPending(Phase.RolledBack, now).exceeded(false);
        return stays
                ? without
                : without.wanting(
                        target.get().wanted(),
                        ReleaseEntry.ReleaseSource.Rollback,
                        target.get().frozen(),
                        now);
    }

    /**
     * Returns the target of a rollback. It is the active release if only the waiting one must be withdrawn. Empty for
     * none.
     */
    public Optional<ReleaseEntry> target(@Nullable Integer to) {
        if (to == null) {
            return pending != null && active != null ? Optional.of(active) : previous();
        }
        return Stream.concat(Stream.ofNullable(active), history.stream())
                .filter(r -> r.id() == to && r.times().activated() != null)
                .findFirst();
    }

    /** Returns the newest earlier release that was active and was not rolled back. */
    private Optional<ReleaseEntry> previous() {
        return history.stream()
                .filter(r -> r.phase() == Phase.Superseded && r.times().activated() != null)
                .findFirst();
    }

    private ReleaseStatus wanting(
            Release release, ReleaseEntry.ReleaseSource source, @Nullable ReleaseManifest frozen, Instant now) {
        ReleaseStatus free = withoutPending(Phase.Superseded, now);
        ReleaseEntry next = new ReleaseEntry(
                last + 1, release, source, Phase.Pending, ReleaseEntry.ReleaseTimes.askedAt(now), List.of(), frozen);
        return new ReleaseStatus(written, request, last + 1, free.active, next, free.history, false);
    }

    /**
     * Activates the waiting release, because it has no errors. {@code frozen}: the content that a Stable one serves
     * from now on
     */
    ReleaseStatus activated(@Nullable ReleaseManifest frozen, Instant now) {
        if (pending == null) {
            return this;
        }
        boolean back = pending.source() == ReleaseEntry.ReleaseSource.Rollback;
        ReleaseStatus free = withoutActive(back ? Phase.RolledBack : Phase.Superseded, now);
        return new ReleaseStatus(written, request, last, pending.activated(now, frozen), null, free.history, false);
    }

    /** Lets the waiting release wait until these problems are solved, or until its deadline. */
    ReleaseStatus waiting(List<String> problems, ReleasePolicy policy, Instant now) {
        if (pending == null) {
            return this;
        }
        Instant deadline = pending.times().asked().plus(policy.activationDeadline());
        ReleaseStatus waits =
                new ReleaseStatus(written, request, last, active, pending.waiting(deadline, problems), history, false);
        return now.isBefore(deadline)
                ? waits
                : waits.withoutPending(Phase.DeadlineExceeded, now).exceeded(true);
    }

    private ReleaseStatus exceeded(boolean inVain) {
        return new ReleaseStatus(written, request, last, active, pending, history, inVain);
    }

    /** Limits the history by count and age. */
    ReleaseStatus trimmed(ReleasePolicy.History keep, Instant now) {
        List<ReleaseEntry> kept = history.stream()
                .filter(r -> keep.ageDays() == 0 || r.times().ended() == null || now.isBefore(tooOld(r, keep)))
                .limit(keep.count())
                .toList();
        return kept.equals(history) ? this : new ReleaseStatus(written, request, last, active, pending, kept, exceeded);
    }

    /** Returns the time of the next deadline, or of history that becomes too old. */
    public Optional<Instant> due(ReleasePolicy.History keep) {
        Stream<Instant> ages = keep.ageDays() == 0
                ? Stream.empty()
                : history.stream().filter(r -> r.times().ended() != null).map(r -> tooOld(r, keep));
        Stream<Instant> deadline = pending == null
                ? Stream.empty()
                : Stream.ofNullable(pending.times().deadline());
        return Stream.concat(ages, deadline).min(Instant::compareTo);
    }

    private static Instant tooOld(ReleaseEntry release, ReleasePolicy.History keep) {
        return Objects.requireNonNull(release.times().ended()).plus(Duration.ofDays(keep.ageDays()));
    }

    private ReleaseStatus withoutPending(Phase as, Instant now) {
        return pending == null
                ? this
                : new ReleaseStatus(written, request, last, active, null, with(pending.archived(as, now)), exceeded);
    }

    private ReleaseStatus withoutActive(Phase as, Instant now) {
        return active == null
                ? this
                : new ReleaseStatus(written, request, last, null, pending, with(active.archived(as, now)), exceeded);
    }

    private List<ReleaseEntry> with(ReleaseEntry archived) {
        List<ReleaseEntry> all = new ArrayList<>();
        all.add(archived);
        all.addAll(history);
        return all;
    }
}
