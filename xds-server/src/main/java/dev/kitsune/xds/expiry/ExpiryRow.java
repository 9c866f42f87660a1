package dev.kitsune.xds.expiry;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.expiry.Expiry;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.read.DurationText;
import dev.kitsune.model.snapshot.Expired.Limit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The expiry of one virtual environment, as commands and the page show it.
 *
 * @param seen when it was first served; null for one that never was
 * @param used its last use, to the minute
 * @param ends when it expires or expired if it is not used; null for never, or for one that was never served
 * @param by the limit that is reached then
 */
public record ExpiryRow(
        @JsonProperty("environment") @JsonSerialize(using = ToStringSerializer.class)
        VirtualEnvironmentName virtualEnvironment,

        ExpiryState state,
        @JsonUnwrapped LimitsRow limits,
        @Nullable String seen,
        @Nullable String used,
        @Nullable String ends,
        @Nullable String by) {
    /** Returns a limit in the notation of manifests; null for none. */
    public record LimitsRow(@Nullable String idle, @Nullable String age) {}

    /** Its state at a time. */
    public enum ExpiryState {
        /** It has not been served yet. */
        New,
        Pinned,
        /** It will not have expired at that time. */
        Served,
        /** It will have expired by then, unless it is used. */
        Ending,
        Expired
    }

    /**
     * Returns the row of a virtual environment with limits.
     *
     * @param seen null if it was never served
     * @param within the period for the state {@code Ending}
     */
    public static ExpiryRow of(
            VirtualEnvironmentName virtualEnvironment,
            ExpiresAfter limits,
            @Nullable Seen seen,
            Instant now,
            Duration within) {
        Expiry expiry =
                seen == null ? null : Expiry.of(limits, seen.with(limits, now)).orElse(null);
        ExpiryState state;
        if (limits.pinned()) {
            state = ExpiryState.Pinned;
        } else if (seen == null) {
            state = ExpiryState.New;
        } else if (expiry != null && expiry.isOver(now)) {
            state = ExpiryState.Expired;
        } else {
            state = expiry != null && expiry.isOver(now.plus(within)) ? ExpiryState.Ending : ExpiryState.Served;
        }
        Limit by = expiry == null ? null : expiry.by().limit();
        return new ExpiryRow(
                virtualEnvironment,
                state,
                new LimitsRow(text(limits.idle()), text(limits.age())),
                seen == null ? null : text(seen.first()),
                seen == null ? null : text(seen.lastUsed()),
                expiry == null ? null : text(expiry.at()),
                by == null ? null : by.name());
    }

    private static @Nullable String text(@Nullable Duration duration) {
        return duration == null ? null : DurationText.of(duration);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
