package dev.kitsune.model.release;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One release of a virtual environment, from when it was asked for.
 *
 * @param id counts up from 1 in its virtual environment
 * @param wanted which app deployments it serves
 * @param problems what it waits for, or what it waited for in vain, each as one line
 * @param frozen what it serves, for a Stable one that came into force, and one that goes back to such
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
     * When what happened to a release.
     *
     * @param asked when it was asked for
     * @param deadline until when it may wait; null once it waits no more
     * @param activated when it came into force; null where it never did
     * @param ended when it was archived; null while it waits or is in force
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

    /** Where a release stands. */
    public enum Phase {
        Pending,
        Active,
        Superseded,
        RolledBack,
        DeadlineExceeded
    }

    /** Who asked for it. */
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
