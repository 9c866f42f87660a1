package dev.kitsune.k8s.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.release.ReleaseEntry.ReleaseSource;
import dev.kitsune.model.release.ReleaseEntry.ReleaseTimes;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One release in a status.
 *
 * @param manifest the name of the object with its frozen content; null if it serves live data
 */
record EntryForm(
        int id,
        ReleaseSource source,
        Phase phase,
        @JsonUnwrapped Release wanted,
        @JsonUnwrapped EntryTimes times,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> problems,
        @Nullable String manifest) {
    EntryForm {
        if (id < 1 || source == null || phase == null || wanted == null || times == null) {
            throw new IllegalArgumentException("a release without its id, source, phase, apps or times");
        }
        problems = List.copyOf(Objects.requireNonNullElse(problems, List.of()));
    }

    /** The times of a release, with names of Kubernetes. */
    record EntryTimes(
            Instant requestedAt,
            @Nullable Instant deadline,
            @Nullable Instant activatedAt,
            @Nullable Instant endedAt) {
        EntryTimes {
            Objects.requireNonNull(requestedAt, "requestedAt");
        }
    }

    static @Nullable EntryForm of(@Nullable ReleaseEntry entry, Map<Integer, String> manifests) {
        return entry == null
                ? null
                : new EntryForm(
                        entry.id(),
                        entry.source(),
                        entry.phase(),
                        entry.wanted(),
                        new EntryTimes(
                                entry.times().asked(),
                                entry.times().deadline(),
                                entry.times().activated(),
                                entry.times().ended()),
                        entry.problems(),
                        entry.frozen() == null ? null : manifests.get(entry.id()));
    }

    ReleaseEntry entry(Map<String, ReleaseManifest> manifests) {
        return new ReleaseEntry(
                id,
                wanted,
                source,
                phase,
                new ReleaseTimes(times.requestedAt, times.deadline, times.activatedAt, times.endedAt),
                problems,
                manifest == null ? null : manifests.get(manifest));
    }
}
