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
import dev.kitsune.xds.pipeline.NotKeptException;
import dev.kitsune.xds.pipeline.Pipeline.Resolved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which releases are in force, and keeps that before it hands it on to be published. */
public final class ReleaseStage {
    private static final Logger log = LoggerFactory.getLogger(ReleaseStage.class);
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
        Instant now = alarm.clock().instant();
        Releases releases;
        List<Request> requests;
        try {
            releases = kept == null ? Releases.kept(store.load()) : kept;
            requests = store.requests();
        } catch (UncheckedIOException e) {
            alarm.at(now.plus(AGAIN), again);
            throw new NotKeptException(
                    "the state of releases cannot be read (" + why(Objects.requireNonNull(e.getCause()))
                            + "). Give its folder back to this process: it is tried again by itself",
                    e);
        }
        List<Problem> all = new ArrayList<>(change.problems());
        all.addAll(store.problems());
        CatalogChange known = new CatalogChange(change.catalog(), change.objects(), change.secrets(), all);
        Decision decision = Releasing.next(releases, before, known, requests, now);
        try {
            store.keep(decision.changed(), decision.releases().statuses());
        } catch (IOException e) {
            alarm.at(now.plus(AGAIN), again);
            throw new NotKeptException(
                    "the state of releases cannot be written (" + why(e) + "), and what is not kept is not served."
                            + " Free space for its folder, or give the folder back to this process: it is tried again"
                            + " by itself",
                    e);
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
        taken(requests);
        return new Resolved(decision.resolution(), decision.releases().statuses());
    }

    /** What is left of a request does no harm: the state knows it by its id. */
    private void taken(List<Request> requests) {
        try {
            store.taken(requests);
        } catch (IOException e) {
            log.warn("Requests that were taken cannot be deleted: {}", why(e));
        }
    }

    private static String why(IOException e) {
        String where = e.getMessage();
        return e instanceof AccessDeniedException
                ? "access to " + where + " is denied"
                : e instanceof NoSuchFileException ? where + " is gone" : String.valueOf(where);
    }
}
