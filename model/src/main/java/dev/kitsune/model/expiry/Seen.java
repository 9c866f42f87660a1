package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The times at which a virtual environment was first seen and last used.
 *
 * @param first the time at which its object was first seen
 * @param idleSince the time of its last use, or the time at which reports of its uses began, plus the time in which no
 *     process received reports; null without a limit of idle time, because then its uses are not reported
 * @param lastUsed null for one that was never used
 */
public record Seen(
        Instant first,
        @Nullable Instant idleSince,
        @Nullable Instant lastUsed) {
    static Seen now(Instant now) {
        return new Seen(now, null, null);
    }

    /** Returns the times with these limits from now on. Time without reports does not count as idle. */
    public Seen with(@Nullable ExpiresAfter limits, Instant now) {
        boolean told = limits != null && limits.idle() != null;
        return told == (idleSince != null) ? this : new Seen(first, told ? now : null, lastUsed);
    }

    /** An earlier use than the last one changes nothing. */
    Seen used(Instant at) {
        return new Seen(
                first,
                idleSince != null && at.isAfter(idleSince) ? at : idleSince,
                lastUsed == null || at.isAfter(lastUsed) ? at : lastUsed);
    }

    /** Returns the times after the clock was set back. No time is later than now. */
    Seen setBack(Instant now) {
        return new Seen(
                earlier(first, now),
                idleSince == null ? null : earlier(idleSince, now),
                lastUsed == null ? null : earlier(lastUsed, now));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Returns the times after a period without reports that ends now. */
    Seen away(Duration time, Instant now) {
        if (idleSince == null || idleSince.isAfter(now)) {
            return this;
        }
        Instant later = idleSince.plus(time);
        return new Seen(first, later.isBefore(now) ? later : now, lastUsed);
    }
}
