package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload.Endpoint;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A workload that runs a component version.
 *
 * @param namespace the namespace of the workload
 * @param name its name, which workloads of other namespaces may have, too
 * @param environments the environments that it may act for; null for all
 * @param virtualEnvironment the context of its own calls when they carry none
 * @param protocol null if the workload does not declare it
 */
public record ResolvedWorkload(
        String namespace,
        String name,
        List<Endpoint> endpoints,
        @Nullable Set<String> environments,
        @Nullable VirtualEnvironmentName virtualEnvironment,
        @Nullable AppProtocol protocol) {
    public ResolvedWorkload {
        endpoints = List.copyOf(endpoints);
        environments = environments == null ? null : Set.copyOf(environments);
    }

    public boolean actsFor(String environment) {
        return environments == null || environments.contains(environment);
    }
}
