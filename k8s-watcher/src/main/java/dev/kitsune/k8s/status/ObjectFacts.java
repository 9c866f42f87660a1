package dev.kitsune.k8s.status;

import dev.kitsune.k8s.distill.DistilledState;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Kitsune knows of an object in the served state.
 *
 * @param problems those of the object. Those of a resolved virtual environment need not be repeated here
 * @param virtualEnvironment null for another kind
 * @param unserved the component versions of an app deployment that no workload serves; empty for another kind
 * @param distilled what became of those of its versions whose pods Kitsune makes; empty for another kind
 */
public record ObjectFacts(
        List<Problem> problems,
        @Nullable OverlayFacts virtualEnvironment,
        Set<ComponentVersion> unserved,
        Map<ComponentVersion, DistilledState> distilled) {
    public ObjectFacts {
        problems = List.copyOf(problems);
        unserved = Set.copyOf(unserved);
        distilled = Map.copyOf(distilled);
    }

    /** Returns the facts of an adapter, an environment or a platform. */
    public static ObjectFacts of(List<Problem> problems) {
        return new ObjectFacts(problems, null, Set.of(), Map.of());
    }

    public static ObjectFacts ofVirtualEnvironment(List<Problem> problems, OverlayFacts facts) {
        return new ObjectFacts(problems, facts, Set.of(), Map.of());
    }

    /**
     * Returns the facts of an app deployment.
     *
     * @param spec null if none of it is served
     * @param distilled what became of the pods that Kitsune makes; empty if it makes none
     */
    public static ObjectFacts ofAppDeployment(
            List<Problem> problems,
            @Nullable AppDeployment spec,
            Snapshot served,
            Map<ComponentVersion, DistilledState> distilled) {
        return new ObjectFacts(problems, null, spec == null ? Set.of() : unserved(spec, served), distilled);
    }

    private static Set<ComponentVersion> unserved(AppDeployment spec, Snapshot served) {
        return spec.components().entrySet().stream()
                .map(component -> new ComponentVersion(
                        spec.app(), component.getKey(), component.getValue().version()))
                .filter(version -> served.workloads().getOrDefault(version, List.of()).stream()
                        .allMatch(workload -> workload.endpoints().isEmpty()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
