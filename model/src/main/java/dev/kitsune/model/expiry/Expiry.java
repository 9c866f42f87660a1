package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import dev.kitsune.model.read.DurationText;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Expired.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When a virtual environment ends by itself, and what ends it then. */
public record Expiry(Instant at, Expired by) {
    /** A use is told so late at most: when the first request of a minute ends, and each minute while one goes on. */
    public static final Duration TOLD_LATE = Duration.ofMinutes(2);

    /** By the limit that is reached first; empty for one that does not end, because it has no limit, or is pinned. */
    public static Optional<Expiry> of(@Nullable ExpiresAfter limits, Seen seen) {
        return limits == null || limits.pinned()
                ? Optional.empty()
                : Stream.of(
                                of(Limit.age, seen.first(), limits.age(), Duration.ZERO),
                                of(Limit.idle, seen.idleSince(), limits.idle(), TOLD_LATE))
                        .flatMap(Optional::stream)
                        .min(Comparator.comparing(Expiry::at));
    }

    private static Optional<Expiry> of(Limit limit, @Nullable Instant since, @Nullable Duration after, Duration late) {
        return since == null || after == null
                ? Optional.empty()
                : Optional.of(new Expiry(since.plus(after).plus(late), new Expired(limit, DurationText.of(after))));
    }

    public boolean isOver(Instant now) {
        return !now.isBefore(at);
    }
}
