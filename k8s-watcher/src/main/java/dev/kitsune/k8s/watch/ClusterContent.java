package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.Optional;
import java.util.Set;

/**
 * What a user may read of a cluster.
 *
 * @param change everything that could be read. A list that could not is a problem at the place of its name
 * @param partly the names of the lists of which only the objects of one namespace could be read
 */
public record ClusterContent(CatalogChange change, Set<String> partly) {
    public static final String PODS = ClusterState.PODS;
    public static final String SERVICES = ClusterState.SERVICES;
    public static final String NAMESPACES = ClusterState.NAMESPACES;

    public ClusterContent {
        partly = Set.copyOf(partly);
    }

    /** Returns the name of the list with the objects of a kind. */
    public static String list(Kind kind) {
        return switch (kind) {
            case Workload -> PODS;
            case Service -> SERVICES;
            default -> ClusterState.place(kind);
        };
    }

    /** Returns the problem for which a list could not be read; empty if it could. */
    public Optional<Problem> refusal(String list) {
        return change.problems().stream()
                .filter(problem -> problem.code() == ProblemCode.UnreadableFile
                        && problem.object() == null
                        && problem.position().file().equals(list))
                .findFirst();
    }

    /** Whether only the objects of one namespace could be read, or none. */
    public boolean lacks(Kind kind) {
        return partly.contains(list(kind)) || refusal(list(kind)).isPresent();
    }
}
