package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stored times at which objects were first seen and virtual environments were used.
 *
 * @param alive the time until which a process ran and received reports of uses
 * @param arrivals null in the format of an earlier Kitsune
 */
public record Sightings(
        Instant alive, Map<ObjectKey, Seen> seen, @Nullable Map<ObjectKey, Arrival> arrivals) {
    /** The maximum time between two writes while a process runs that receives reports of uses. */
    public static final Duration BEAT = Duration.ofMinutes(1);

    public Sightings {
        Objects.requireNonNull(alive, "alive");
        seen = Map.copyOf(seen);
        arrivals = arrivals == null ? null : Map.copyOf(arrivals);
    }

    /** Whether a process that stores them at each {@link #BEAT} still runs. */
    public boolean isAlive(Instant now) {
        return Duration.between(alive, now).compareTo(BEAT.multipliedBy(2)) <= 0;
    }

    /**
     * Returns the expirations from now on. The time since {@link #alive} does not count as idle, because no process
     * received reports of uses.
     */
    public Expirations awayUntil(Instant now) {
        Expirations then = Expirations.kept(seen);
        return alive.isBefore(now) ? then.away(Duration.between(alive, now), now) : then;
    }

    /** Returns the arrivals of objects. The format of an earlier Kitsune has them only for virtual environments. */
    public Arrivals came() {
        if (arrivals != null) {
            return Arrivals.kept(arrivals);
        }
        Map<ObjectKey, Arrival> all = new HashMap<>();
        seen.forEach((key, one) -> all.put(key, new Arrival(one.first(), "")));
        return Arrivals.kept(all);
    }
}
