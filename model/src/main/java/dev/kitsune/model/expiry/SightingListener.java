package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.time.Instant;

/** Receives what other processes have stored. */
public interface SightingListener {
    /** {@code sightings}: all stored sightings */
    void kept(Sightings sightings);

    /** Other virtual environments than before are stored as expired. */
    void expired();

    /** A use of a virtual environment was stored. */
    void used(VirtualEnvironmentName virtualEnvironment, Instant at);
}
