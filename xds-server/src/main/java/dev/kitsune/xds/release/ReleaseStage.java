package dev.kitsune.xds.release;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Drift;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.release.Request;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.xds.pipeline.Pipeline.Resolved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which releases are in force, and keeps that before it hands it on to be published. */
public final class ReleaseStage {
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final ReleaseStore store;
    private final Alarm alarm;
    private final Runnable again;
    private @Nullable Releases kept;
    private volatile @Nullable Decision decided;

    /** {@code again}: asks for another decision, when only the time has changed */
    public ReleaseStage(ReleaseStore store, Alarm alarm, Runnable again) {
        this.store = store;
        this.alarm = alarm;
        this.again = again;
    }

    /** What stands otherwise in the files than a virtual environment's active release froze it. */
    public List<Drift> drift(String environment) {
        Decision last = decided;
        ReleaseStatus status = last == null ? null : last.releases().statuses().get(environment);
        ReleaseEntry active = status == null ? null : status.active();
        return last == null || active == null || active.frozen() == null
                ? List.of()
                : Drift.between(active.frozen(), last.resolution().freeze(environment));
    }

    /** The next resolution: of what is in force. */
    public Resolved resolve(@Nullable Resolution before, CatalogChange change) {
        Releases releases = kept == null ? Releases.kept(store.load()) : kept;
        List<Problem> all = new ArrayList<>(change.problems());
        all.addAll(store.problems());
        CatalogChange known = new CatalogChange(change.catalog(), change.objects(), change.secrets(), all);
        List<Request> requests = store.requests();
        Instant now = alarm.clock().instant();
        Decision decision = Releasing.next(releases, before, known, requests, now);
        try {
            store.keep(decision.changed(), decision.releases().statuses());
            store.taken(requests);
        } catch (IOException e) {
            alarm.at(now.plus(AGAIN), again);
            throw new UncheckedIOException("the state of releases cannot be written", e);
        }
        for (String name : decision.changed()) {
            ReleaseLog.say(
                    name,
                    releases.statuses().get(name),
                    decision.releases().statuses().get(name));
        }
        kept = decision.releases();
        decided = decision;
        decision.releases().nextDue().ifPresent(at -> alarm.at(at, again));
        return new Resolved(decision.resolution(), decision.releases().statuses());
    }
}
