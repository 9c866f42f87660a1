package dev.kitsune.xds.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The use of component versions.
 *
 * @param versions every component version in use, with its virtual environments
 * @param virtualEnvironments the versions that are unique to each virtual environment
 * @param distillation the savings by sharing
 * @param selectable running versions that no virtual environment uses, but that a request can reach by selecting an app
 *     deployment
 * @param unused running versions that no request can reach
 */
public record UsageReport(
        List<VersionUse> versions,
        @JsonProperty("environments") List<VirtualEnvironmentUse> virtualEnvironments,
        Distillation distillation,
        List<SelectableVersion> selectable,
        List<UnusedVersion> unused) {

    /** {@code workloads}: the workloads that serve it; empty for a version that does not run */
    public record VersionUse(
            String version,

            @JsonProperty("environments") @JsonSerialize(contentUsing = ToStringSerializer.class)
            List<VirtualEnvironmentName> virtualEnvironments,

            List<String> workloads) {}

    /** {@code unique}: versions that no other virtual environment uses */
    public record VirtualEnvironmentUse(
            @JsonProperty("environment") @JsonSerialize(using = ToStringSerializer.class)
            VirtualEnvironmentName virtualEnvironment,

            int components,
            List<String> unique) {}

    /**
     * The number of pods, one for each component version.
     *
     * @param shared component versions in use: each runs once, for all virtual environments
     * @param apart the number without sharing
     */
    public record Distillation(int shared, int apart, int saved) {}

    /** A version that only requests with a selected app deployment can reach. */
    public record SelectableVersion(String version, List<String> appDeployments, List<String> workloads) {}

    /** A version that nobody uses. */
    public record UnusedVersion(String version, List<String> workloads) {}

    public static UsageReport of(Snapshot snapshot) {
        Map<ComponentVersion, SortedSet<VirtualEnvironmentName>> users = new TreeMap<>();
        int apart = 0;
        for (ResolvedVirtualEnvironment virtualEnvironment :
                snapshot.virtualEnvironments().values()) {
            for (ResolvedVirtualEnvironment.ResolvedComponent component :
                    virtualEnvironment.components().values()) {
                users.computeIfAbsent(component.version(), version -> new TreeSet<>())
                        .add(virtualEnvironment.name());
                apart++;
            }
        }
        List<VersionUse> versions = new ArrayList<>();
        users.forEach((version, by) ->
                versions.add(new VersionUse(version.toString(), List.copyOf(by), workloads(version, snapshot))));
        List<VirtualEnvironmentUse> virtualEnvironments = snapshot.virtualEnvironments().values().stream()
                .sorted(Comparator.comparing(ResolvedVirtualEnvironment::name))
                .map(virtualEnvironment -> virtualEnvironment(virtualEnvironment, users))
                .toList();
        Map<ComponentVersion, SortedSet<String>> selectable = selectable(snapshot);
        List<SelectableVersion> bySelection = new ArrayList<>();
        selectable.forEach((version, deployments) -> {
            List<String> workloads = workloads(version, snapshot);
            if (!users.containsKey(version) && !workloads.isEmpty()) {
                bySelection.add(new SelectableVersion(version.toString(), List.copyOf(deployments), workloads));
            }
        });
        List<UnusedVersion> unused = new TreeSet<>(snapshot.workloads().keySet())
                .stream()
                        .filter(version -> !users.containsKey(version) && !selectable.containsKey(version))
                        .map(version -> new UnusedVersion(version.toString(), workloads(version, snapshot)))
                        .toList();
        return new UsageReport(
                List.copyOf(versions),
                virtualEnvironments,
                new Distillation(users.size(), apart, apart - users.size()),
                List.copyOf(bySelection),
                unused);
    }

    /** Returns the selectable app deployments that name a version, by version. */
    private static Map<ComponentVersion, SortedSet<String>> selectable(Snapshot snapshot) {
        Set<String> apps = snapshot.virtualEnvironments().values().stream()
                .filter(virtualEnvironment -> !snapshot.isStable(virtualEnvironment.environment()))
                .flatMap(virtualEnvironment -> virtualEnvironment.apps().keySet().stream())
                .collect(Collectors.toSet());
        int limit = snapshot.platform().limits().selectableDeployments();
        Map<ComponentVersion, SortedSet<String>> selectable = new TreeMap<>();
        apps.forEach(app -> snapshot.deployments(app).stream()
                .limit(limit)
                .forEach(deployment -> deployment.versions().forEach(version -> selectable
                        .computeIfAbsent(version, v -> new TreeSet<>())
                        .add(deployment.name()))));
        return selectable;
    }

    private static VirtualEnvironmentUse virtualEnvironment(
            ResolvedVirtualEnvironment virtualEnvironment,
            Map<ComponentVersion, SortedSet<VirtualEnvironmentName>> users) {
        List<String> unique = virtualEnvironment.components().values().stream()
                .map(ResolvedVirtualEnvironment.ResolvedComponent::version)
                .filter(version -> users.getOrDefault(version, new TreeSet<>()).size() == 1)
                .sorted()
                .map(ComponentVersion::toString)
                .toList();
        return new VirtualEnvironmentUse(
                virtualEnvironment.name(), virtualEnvironment.components().size(), unique);
    }

    private static List<String> workloads(ComponentVersion version, Snapshot snapshot) {
        return snapshot.workloads(version).stream().map(ResolvedWorkload::name).toList();
    }
}
