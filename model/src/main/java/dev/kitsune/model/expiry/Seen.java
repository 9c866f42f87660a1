package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a virtual environment was seen and used.
 *
 * @param first when its object was there for the first time
 * @param idleSince its last use, or since when uses are told, and as much later as nobody was there to be told; null while
 *     it has no limit of idle time, because uses are told of none that has not
 * @param lastUsed null for one that was never used
 */
public record Seen(
        Instant first,
        @Nullable Instant idleSince,
        @Nullable Instant lastUsed) {
    static Seen now(Instant now) {
        return new Seen(now, null, null);
    }

    /** With these limits, from now on. What was not told before does not count as idle. */
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

    /** After the clock was set back: nothing happened later than now. */
    Seen setBack(Instant now) {
        return new Seen(
                earlier(first, now),
                idleSince == null ? null : earlier(idleSince, now),
                lastUsed == null ? null : earlier(lastUsed, now));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** After a time in which uses went unseen, which ends now. */
    Seen away(Duration time, Instant now) {
        if (idleSince == null || idleSince.isAfter(now)) {
            return this;
        }
        Instant later = idleSince.plus(time);
        return new Seen(first, later.isBefore(now) ? later : now, lastUsed);
    }
}
