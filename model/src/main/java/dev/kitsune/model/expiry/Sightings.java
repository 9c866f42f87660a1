package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When objects were there, and when virtual environments were used, as it is kept.
 *
 * @param alive until when a process was there to see uses
 * @param arrivals null in what an earlier Kitsune kept
 */
public record Sightings(
        Instant alive, Map<ObjectKey, Seen> seen, @Nullable Map<ObjectKey, Arrival> arrivals) {
    /** At least so often they are kept, while there is a process that sees uses. */
    public static final Duration BEAT = Duration.ofMinutes(1);

    public Sightings {
        Objects.requireNonNull(alive, "alive");
        seen = Map.copyOf(seen);
        arrivals = arrivals == null ? null : Map.copyOf(arrivals);
    }

    /** Whether a process that keeps them at each {@link #BEAT} is still there. */
    public boolean isAlive(Instant now) {
        return Duration.between(alive, now).compareTo(BEAT.multipliedBy(2)) <= 0;
    }

    /** As they go on: the time since does not count as idle, because nobody was there to see uses. */
    public Expirations awayUntil(Instant now) {
        Expirations then = Expirations.kept(seen);
        return alive.isBefore(now) ? then.away(Duration.between(alive, now), now) : then;
    }

    /** When objects came; what an earlier Kitsune kept knows it of virtual environments alone. */
    public Arrivals came() {
        if (arrivals != null) {
            return Arrivals.kept(arrivals);
        }
        Map<ObjectKey, Arrival> all = new HashMap<>();
        seen.forEach((key, one) -> all.put(key, new Arrival(one.first(), "")));
        return Arrivals.kept(all);
    }
}
