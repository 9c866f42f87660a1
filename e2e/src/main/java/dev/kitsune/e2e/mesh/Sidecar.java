package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.model.snapshot.ComponentVersion;

/**
 * The running sidecar of one component version.
 *
 * @param workload the name of its Workload
 * @param inboundPort the port for callers
 * @param outboundPort the port for the calls of its app
 */
public record Sidecar(
        String workload, ComponentVersion component, EnvoyProcess envoy, int inboundPort, int outboundPort) {}
