package dev.kitsune.model.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The namespaces of the objects.
 *
 * @param separate whether a Secret belongs to a namespace, and a workload counts only in the namespace of its app
 *     (Kubernetes), or a Secret serves all (a folder)
 * @param labels of each namespace of a cluster
 */
public record Namespaces(boolean separate, PMap<String, Map<String, String>> labels) {
    /** Every cluster gives this label to every namespace, with its name. */
    static final String NAME_LABEL = "kubernetes.io/metadata.name";

    /** Namespaces without known labels. */
    Namespaces(boolean separate) {
        this(separate, HashTreePMap.empty());
    }

    /**
     * Returns the labels of a namespace; null if they are not known. A folder does not describe namespaces, so each has
     * only the label that it has in every cluster.
     */
    public @Nullable Map<String, String> labelsOf(String namespace) {
        return separate ? labels.get(namespace) : Map.of(NAME_LABEL, namespace);
    }
}
