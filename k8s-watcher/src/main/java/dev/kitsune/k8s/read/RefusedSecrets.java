package dev.kitsune.k8s.read;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The namespaces whose Secrets Kitsune may not read, as the problems of its source say. A Secret that is read by its name
 * is among them as {@code namespace/name}.
 */
public final class RefusedSecrets {
    private static final String PLACE = "Secrets/";

    private RefusedSecrets() {}

    /** Returns the position of Secrets in problems. */
    public static String place(String namespace) {
        return PLACE + namespace;
    }

    /** {@code problems}: those of a change, which are all that reading has found */
    public static Set<String> in(Collection<Problem> problems) {
        return problems.stream()
                .filter(problem -> problem.code() == ProblemCode.UnreadableFile && problem.object() == null)
                .map(problem -> problem.position().file())
                .filter(place -> place.startsWith(PLACE))
                .map(place -> place.substring(PLACE.length()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
