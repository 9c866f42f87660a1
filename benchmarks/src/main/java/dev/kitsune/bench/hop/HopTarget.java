package dev.kitsune.bench.hop;

import dev.kitsune.bench.load.Shot;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import java.util.List;

/**
 * A caller's Envoy and a callee's Envoy that receive requests.
 *
 * @param name the kind of configuration between the client and the app
 * @param virtualEnvironments the number that the control plane knows; 0 for a static configuration
 * @param inUse the number of virtual environments that requests name
 * @param port the port of the caller's outbound listener
 */
record HopTarget(
        String name,
        int virtualEnvironments,
        int inUse,
        EnvoyProcess caller,
        EnvoyProcess callee,
        int port,
        ShotsByWay requests) {
    /** The path of requests. */
    enum Way {
        /** The path through the caller's sidecar and the callee's sidecar to the app. */
        COMPONENT,
        /** The path through the caller's sidecar, which injects the virtual environment's credential, to the target. */
        ADAPTER
    }

    /** The requests for each path. */
    record ShotsByWay(List<Shot> toComponent, List<Shot> toAdapter) {}

    List<Shot> shots(Way way) {
        return way == Way.COMPONENT ? requests.toComponent() : requests.toAdapter();
    }

    @Override
    public String toString() {
        return name + " with " + inUse + " of " + virtualEnvironments + " virtual environments in use";
    }
}
