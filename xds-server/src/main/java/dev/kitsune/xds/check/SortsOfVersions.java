package dev.kitsune.xds.check;

import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.SecretDeclaration;
import dev.kitsune.model.manifest.VariableDeclaration;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Groups component versions whose sidecars receive the same resources, apart from the version's name. If Envoy accepts
 * the resources of one version, it accepts those of the whole group. A thousand builds of a component hardly ever form
 * more than a few groups.
 */
final class SortsOfVersions {
    /**
     * Every property of a version on which a listener or a table of routes depends, except the place of its
     * declaration.
     */
    private record VersionSort(
            ComponentName component,
            String namespace,
            Map<String, VariableDeclaration> variables,
            Map<String, SecretDeclaration> secrets,
            Map<String, Dependency> dependencies,
            AppProtocol protocol,
            WorkloadScope workloads) {}

    private final Map<ComponentVersion, VersionSort> sorts = new HashMap<>();
    private final Map<VersionSort, ComponentVersion> first = new LinkedHashMap<>();
    private final Map<String, List<VersionSort>> byApp = new HashMap<>();

    private SortsOfVersions() {}

    static SortsOfVersions of(Snapshot snapshot) {
        SortsOfVersions all = new SortsOfVersions();
        new TreeMap<>(snapshot.declarations())
                .forEach((version, declaration) -> all.add(version, sort(version, declaration, snapshot)));
        return all;
    }

    private static VersionSort sort(ComponentVersion version, Declaration declaration, Snapshot snapshot) {
        return new VersionSort(
                version.name(),
                declaration.namespace(),
                declaration.variables(),
                declaration.secrets(),
                declaration.dependencies(),
                snapshot.appProtocol(version),
                WorkloadScope.of(version, null, snapshot));
    }

    private void add(ComponentVersion version, VersionSort sort) {
        sorts.put(version, sort);
        if (first.putIfAbsent(sort, version) == null) {
            byApp.computeIfAbsent(version.name().app(), app -> new ArrayList<>())
                    .add(sort);
        }
    }

    /** Returns one version of each group. */
    Collection<ComponentVersion> first() {
        return first.values();
    }

    /** Returns one version of each group of these apps that contains none of these versions. */
    List<ComponentVersion> beside(Set<ComponentVersion> these, Set<String> apps) {
        Set<VersionSort> has = new HashSet<>();
        these.forEach(version -> has.add(sorts.get(version)));
        return apps.stream()
                .flatMap(app -> byApp.getOrDefault(app, List.of()).stream())
                .filter(sort -> !has.contains(sort))
                .map(first::get)
                .toList();
    }
}
