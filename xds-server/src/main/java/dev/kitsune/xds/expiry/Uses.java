package dev.kitsune.xds.expiry;

import java.time.Instant;

/**
 * Who wants to know that virtual environments are used. It is called from any thread, often for the same virtual
 * environment, and reports may come late and out of order: a call is cheap and waits for nothing.
 */
public interface Uses {
    /** A request of this virtual environment came at that time. An unknown name is ignored. */
    void used(String virtualEnvironment, Instant at);
}
