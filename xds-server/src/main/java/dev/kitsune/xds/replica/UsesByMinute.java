package dev.kitsune.xds.replica;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** The last minute in which each virtual environment was used, of those that the holder may not know. */
final class UsesByMinute {
    private Map<VirtualEnvironmentName, Instant> minutes = new HashMap<>();

    synchronized void add(VirtualEnvironmentName virtualEnvironment, Instant at) {
        minutes.merge(
                virtualEnvironment,
                at.truncatedTo(ChronoUnit.MINUTES),
                (one, other) -> one.isAfter(other) ? one : other);
    }

    synchronized void add(Map<VirtualEnvironmentName, Instant> more) {
        more.forEach(this::add);
    }

    synchronized Map<VirtualEnvironmentName, Instant> take() {
        Map<VirtualEnvironmentName, Instant> taken = minutes;
        minutes = new HashMap<>();
        return taken;
    }
}
