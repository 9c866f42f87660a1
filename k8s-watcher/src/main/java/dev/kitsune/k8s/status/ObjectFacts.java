package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Kitsune knows of an object.
 *
 * @param generation the newest generation of the object that the pipeline has processed, and that the rest is about
 * @param problems those of the object. Those of a resolved virtual environment need not be repeated here
 * @param virtualEnvironment null for another kind
 * @param unserved the component versions of an app deployment that no workload serves; empty for another kind
 */
public record ObjectFacts(
        long generation,
        List<Problem> problems,
        @Nullable OverlayFacts virtualEnvironment,
        Set<ComponentVersion> unserved) {
    public ObjectFacts {
        problems = List.copyOf(problems);
        unserved = Set.copyOf(unserved);
    }

    /** Returns the facts of an adapter, an environment or a platform. */
    public static ObjectFacts of(long generation, List<Problem> problems) {
        return new ObjectFacts(generation, problems, null, Set.of());
    }

    public static ObjectFacts ofVirtualEnvironment(long generation, List<Problem> problems, OverlayFacts facts) {
        return new ObjectFacts(generation, problems, facts, Set.of());
    }

    /** {@code spec}: null if none of it is served */
    public static ObjectFacts ofAppDeployment(
            long generation, List<Problem> problems, @Nullable AppDeployment spec, Snapshot served) {
        return new ObjectFacts(generation, problems, null, spec == null ? Set.of() : unserved(spec, served));
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
