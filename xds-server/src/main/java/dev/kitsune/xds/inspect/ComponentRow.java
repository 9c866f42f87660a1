package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One component version: where it runs, and how many virtual environments use it. */
record ComponentRow(
        String component,
        String version,
        @JsonProperty("environments") int virtualEnvironments,
        List<String> workloads,
        int endpoints) {
    static Stream<ComponentRow> all(Snapshot snapshot) {
        Map<ComponentVersion, Integer> used = new TreeMap<>();
        snapshot.declarations().keySet().forEach(version -> used.put(version, 0));
        snapshot.workloads().keySet().forEach(version -> used.put(version, 0));
        for (ResolvedVirtualEnvironment virtualEnvironment :
                snapshot.virtualEnvironments().values()) {
            virtualEnvironment.components().values().forEach(c -> used.merge(c.version(), 1, Integer::sum));
        }
        return used.entrySet().stream().map(e -> of(e.getKey(), e.getValue(), snapshot));
    }

    private static ComponentRow of(ComponentVersion version, int virtualEnvironments, Snapshot snapshot) {
        return new ComponentRow(
                version.name().toString(),
                version.version(),
                virtualEnvironments,
                snapshot.workloads(version).stream().map(ResolvedWorkload::name).toList(),
                snapshot.workloads(version).stream()
                        .mapToInt(w -> w.endpoints().size())
                        .sum());
    }
}
