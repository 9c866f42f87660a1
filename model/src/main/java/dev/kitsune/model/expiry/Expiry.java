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

/** The time at which a virtual environment expires, and the limit that causes this. */
public record Expiry(Instant at, Expired by) {
    /**
     * The maximum delay of a report. A proxy reports a use when the first request of a minute ends, and every minute
     * while a request lasts.
     */
    public static final Duration TOLD_LATE = Duration.ofMinutes(2);

    /**
     * Returns the expiry by the limit that is reached first. It is empty for a virtual environment without a limit, or
     * with a pin.
     */
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
