package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.model.snapshot.ComponentVersion;

/**
 * One running component version: its app and the Envoy beside it.
 *
 * @param workload its Workload's name
 * @param inboundPort where callers reach it
 * @param outboundPort where its app makes its calls
 */
public record Sidecar(
        String workload, ComponentVersion component, EnvoyProcess envoy, int inboundPort, int outboundPort) {}
