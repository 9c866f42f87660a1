package dev.kitsune.model.release;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One release of a virtual environment.
 *
 * @param id counts up from 1 in its virtual environment
 * @param wanted the app deployments that it serves
 * @param problems the problems that delay or delayed it, each as one line
 * @param frozen the served content of a Stable release that became active, or of a rollback to one
 */
public record ReleaseEntry(
        int id,
        Release wanted,
        ReleaseSource source,
        Phase phase,
        ReleaseTimes times,
        List<String> problems,
        @Nullable ReleaseManifest frozen) {
    public ReleaseEntry {
        problems = List.copyOf(problems);
    }

    /**
     * The times of the events of a release.
     *
     * @param asked when it was requested
     * @param deadline until when it may wait; null if it no longer waits
     * @param activated when it became active; null if it never did
     * @param ended when it was archived; null while it waits or is active
     */
    public record ReleaseTimes(
            Instant asked,
            @Nullable Instant deadline,
            @Nullable Instant activated,
            @Nullable Instant ended) {
        static ReleaseTimes askedAt(Instant now) {
            return new ReleaseTimes(now, null, null, null);
        }
    }

    /** The state of a release. */
    public enum Phase {
        Pending,
        Active,
        Superseded,
        RolledBack,
        DeadlineExceeded
    }

    /** The origin of its request. */
    public enum ReleaseSource {
        /** {@code spec.release} of the virtual environment. */
        Manifest,
        /** {@code kitsune release}. */
        Command,
        /** {@code kitsune rollback}. */
        Rollback
    }

    ReleaseEntry waiting(Instant until, List<String> why) {
        return new ReleaseEntry(
                id,
                wanted,
                source,
                phase,
                new ReleaseTimes(times.asked, until, times.activated, times.ended),
                why,
                frozen);
    }

    ReleaseEntry activated(Instant now, @Nullable ReleaseManifest serves) {
        return new ReleaseEntry(
                id, wanted, source, Phase.Active, new ReleaseTimes(times.asked, null, now, null), List.of(), serves);
    }

    ReleaseEntry archived(Phase as, Instant now) {
        return new ReleaseEntry(
                id, wanted, source, as, new ReleaseTimes(times.asked, null, times.activated, now), problems, frozen);
    }
}
