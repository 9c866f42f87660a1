package dev.kitsune.model.expiry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a virtual environment was seen and used.
 *
 * @param first when its object was there for the first time
 * @param idleSince its last use, or first sight, and as much later as nobody was there to see a use
 * @param lastUsed null for one that was never used
 */
public record Seen(
        Instant first, Instant idleSince, @Nullable Instant lastUsed) {
    static Seen now(Instant now) {
        return new Seen(now, now, null);
    }

    /** An earlier use than the last one changes nothing. */
    Seen used(Instant at) {
        return new Seen(
                first,
                at.isAfter(idleSince) ? at : idleSince,
                lastUsed == null || at.isAfter(lastUsed) ? at : lastUsed);
    }

    /** After a time in which uses went unseen, which ends now. */
    Seen away(Duration time, Instant now) {
        Instant later = idleSince.plus(time);
        return new Seen(first, later.isBefore(now) ? later : idleSince.isAfter(now) ? idleSince : now, lastUsed);
    }
}
