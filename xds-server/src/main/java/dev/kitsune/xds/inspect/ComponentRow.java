package dev.kitsune.xds.inspect;

import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One component version: where it runs, and how many environments use it. */
record ComponentRow(String component, String version, int environments, List<String> workloads, int endpoints) {
    static Stream<ComponentRow> all(Snapshot snapshot) {
        Map<ComponentVersion, Integer> used = new TreeMap<>();
        snapshot.declarations().keySet().forEach(version -> used.put(version, 0));
        snapshot.workloads().keySet().forEach(version -> used.put(version, 0));
        for (ResolvedEnvironment environment : snapshot.environments().values()) {
            environment.components().values().forEach(c -> used.merge(c.version(), 1, Integer::sum));
        }
        return used.entrySet().stream().map(e -> of(e.getKey(), e.getValue(), snapshot));
    }

    private static ComponentRow of(ComponentVersion version, int environments, Snapshot snapshot) {
        return new ComponentRow(
                version.name().toString(),
                version.version(),
                environments,
                snapshot.workloads(version).stream().map(ResolvedWorkload::name).toList(),
                snapshot.workloads(version).stream()
                        .mapToInt(w -> w.endpoints().size())
                        .sum());
    }
}
