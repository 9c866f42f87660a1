package dev.kitsune.model.manifest;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A workload that runs a component version.
 *
 * @param environments the environments that it may act for; null for all
 * @param virtualEnvironment the context of its own calls when they carry none
 * @param protocol null if the workload does not declare it
 */
public record Workload(
        String app,
        String component,
        String version,
        List<Endpoint> endpoints,
        @Nullable Set<String> environments,
        @Nullable VirtualEnvironmentName virtualEnvironment,
        @Nullable AppProtocol protocol)
        implements Spec {
    public Workload {
        endpoints = List.copyOf(endpoints);
        environments = environments == null ? null : Set.copyOf(environments);
    }

    /** The address at which callers reach it, which is its sidecar's inbound port. {@code address} is an IP address. */
    public record Endpoint(String address, int port) {}
}
