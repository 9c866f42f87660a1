package dev.kitsune.xds.expiry;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.time.Instant;

/**
 * Receives uses of virtual environments. It is called from any thread, often for the same virtual environment, and
 * reports may arrive late and out of order. A call is cheap and never blocks.
 */
public interface Uses {
    /** Reports a request of this virtual environment at that time. An unknown name is ignored. */
    void used(VirtualEnvironmentName virtualEnvironment, Instant at);
}
