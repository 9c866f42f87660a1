package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.problem.Severity;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The virtual environments that use a component version, by their environment.
 *
 * @param unserved versions that some virtual environment uses and no workload serves there
 */
record ComponentUses(
        PMap<ComponentVersion, TreePMap<String, TreePSet<VirtualEnvironmentName>>> users,
        PSet<ComponentVersion> unserved) {
    static final ComponentUses NONE = new ComponentUses(HashTreePMap.empty(), HashTreePSet.empty());

    private static final int NAMED = 3;

    /** Versions whose users have changed are added to {@code touched}. */
    ComponentUses with(
            @Nullable ResolvedVirtualEnvironment before,
            @Nullable ResolvedVirtualEnvironment now,
            Set<ComponentVersion> touched) {
        Set<ComponentVersion> old = versions(before);
        Set<ComponentVersion> all = versions(now);
        boolean sameEnvironment =
                before != null && now != null && before.environment().equals(now.environment());
        PMap<ComponentVersion, TreePMap<String, TreePSet<VirtualEnvironmentName>>> next = users;
        for (ComponentVersion version : old) {
            if (before != null && !(sameEnvironment && all.contains(version))) {
                next = put(next, version, before, false);
                touched.add(version);
            }
        }
        for (ComponentVersion version : all) {
            if (now != null && !(sameEnvironment && old.contains(version))) {
                next = put(next, version, now, true);
                touched.add(version);
            }
        }
        return new ComponentUses(next, unserved);
    }

    ComponentUses checked(
            Collection<ComponentVersion> touched, PMap<ComponentVersion, List<ResolvedWorkload>> workloads) {
        PSet<ComponentVersion> next = unserved;
        for (ComponentVersion version : touched) {
            next = environmentsWithout(version, workloads).isEmpty() ? next.minus(version) : next.plus(version);
        }
        return new ComponentUses(users, next);
    }

    /** Returns a warning for a version that some virtual environment uses and no workload serves there. */
    List<Problem> problems(
            ComponentVersion version, PMap<ComponentVersion, List<ResolvedWorkload>> workloads, Reads reads) {
        Declaration declaration = reads.declaration(version);
        Map<String, TreePSet<VirtualEnvironmentName>> environments = users.get(version);
        if (declaration == null || environments == null || !unserved.contains(version)) {
            return List.of();
        }
        Set<VirtualEnvironmentName> names = new TreeSet<>();
        int count = 0;
        for (String environment : environmentsWithout(version, workloads)) {
            TreePSet<VirtualEnvironmentName> of = environments.getOrDefault(environment, TreePSet.empty());
            of.stream().limit(NAMED).forEach(names::add);
            count += of.size();
        }
        List<VirtualEnvironmentName> named = names.stream().limit(NAMED).toList();
        return List.of(new Problem(
                ProblemCode.NoWorkload,
                Severity.WARNING,
                reads.position(declaration.origin()),
                declaration.origin().object(),
                declaration.origin().field(),
                count == 1 ? named.get(0) : null,
                message(version, workloads.containsKey(version), named, count)));
    }

    private static String message(
            ComponentVersion version, boolean elsewhere, List<VirtualEnvironmentName> named, int count) {
        String more = count > named.size() ? " and " + (count - named.size()) + " more" : "";
        String users = count == 1
                ? ""
                : ", which " + named.stream().map(VirtualEnvironmentName::value).collect(Collectors.joining(", "))
                        + more + " use";
        return "no workload serves " + version + (elsewhere ? " for this environment" : "") + users
                + ": calls to it are answered with a 503 until one does";
    }

    private Set<String> environmentsWithout(
            ComponentVersion version, PMap<ComponentVersion, List<ResolvedWorkload>> workloads) {
        Map<String, TreePSet<VirtualEnvironmentName>> environments = users.get(version);
        List<ResolvedWorkload> serving = workloads.get(version);
        Set<String> without = new TreeSet<>();
        if (environments != null) {
            for (String environment : environments.keySet()) {
                if (serving == null || serving.stream().noneMatch(w -> w.actsFor(environment))) {
                    without.add(environment);
                }
            }
        }
        return without;
    }

    private static Set<ComponentVersion> versions(@Nullable ResolvedVirtualEnvironment virtualEnvironment) {
        Set<ComponentVersion> versions = new HashSet<>();
        if (virtualEnvironment != null) {
            virtualEnvironment.components().values().forEach(c -> versions.add(c.version()));
        }
        return versions;
    }

    private static PMap<ComponentVersion, TreePMap<String, TreePSet<VirtualEnvironmentName>>> put(
            PMap<ComponentVersion, TreePMap<String, TreePSet<VirtualEnvironmentName>>> users,
            ComponentVersion version,
            ResolvedVirtualEnvironment virtualEnvironment,
            boolean there) {
        TreePMap<String, TreePSet<VirtualEnvironmentName>> environments = users.get(version);
        TreePMap<String, TreePSet<VirtualEnvironmentName>> known =
                environments == null ? TreePMap.empty() : environments;
        TreePSet<VirtualEnvironmentName> of = known.get(virtualEnvironment.environment());
        TreePSet<VirtualEnvironmentName> names = of == null ? TreePSet.empty() : of;
        names = there ? names.plus(virtualEnvironment.name()) : names.minus(virtualEnvironment.name());
        known = names.isEmpty()
                ? known.minus(virtualEnvironment.environment())
                : known.plus(virtualEnvironment.environment(), names);
        return known.isEmpty() ? users.minus(version) : users.plus(version, known);
    }
}
