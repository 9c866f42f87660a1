package dev.kitsune.bench.hop;

import dev.kitsune.bench.load.Shot;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import java.util.List;

/**
 * A caller's Envoy and a callee's Envoy that are sent requests.
 *
 * @param name what is between client and app
 * @param virtualEnvironments how many the control plane knows; 0 for the static configuration
 * @param inUse how many of them requests name
 * @param port of the caller's outbound listener
 */
record HopTarget(
        String name,
        int virtualEnvironments,
        int inUse,
        EnvoyProcess caller,
        EnvoyProcess callee,
        int port,
        ShotsByWay requests) {
    /** Where requests go. */
    enum Way {
        /** Caller's sidecar, callee's sidecar, app. */
        COMPONENT,
        /** Caller's sidecar, which puts the virtual environment's credential on, and the adapter's target. */
        ADAPTER
    }

    /** What it is sent, by the way that it takes. */
    record ShotsByWay(List<Shot> toComponent, List<Shot> toAdapter) {}

    List<Shot> shots(Way way) {
        return way == Way.COMPONENT ? requests.toComponent() : requests.toAdapter();
    }

    @Override
    public String toString() {
        return name + " with " + inUse + " of " + virtualEnvironments + " environments in use";
    }
}
