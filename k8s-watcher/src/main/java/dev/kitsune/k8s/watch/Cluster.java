package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.model.problem.DidYouMean;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that the user's kubeconfig names, or the cluster of the pod that this runs in.
 *
 * @param name for messages
 * @param namespace the only one of interest, which is read alone where the user may not read others; null for all
 */
public record Cluster(String name, @Nullable String namespace, Config config) {
    /** A cluster of which all namespaces are of interest. */
    public Cluster(String name, Config config) {
        this(name, null, config);
    }

    /**
     * Finds the cluster of a context, of which all namespaces are of interest.
     *
     * @param context null for the current one
     * @throws NoClusterException if there is none
     */
    public static Cluster of(@Nullable String context) {
        return of(context, null);
    }

    /**
     * The same.
     *
     * @param context null for the current one
     * @param namespace the only one of interest; null for all
     * @throws NoClusterException if there is none
     */
    public static Cluster of(@Nullable String context, @Nullable String namespace) {
        Config config = Config.autoConfigure(context);
        List<String> known = config.getContexts() == null
                ? List.of()
                : config.getContexts().stream().map(NamedContext::getName).toList();
        if (context != null && !known.contains(context)) {
            throw new NoClusterException("the kubeconfig has no context \"" + context + "\""
                    + DidYouMean.hint(context, known) + "; `kubectl config get-contexts` lists them");
        }
        NamedContext current = config.getCurrentContext();
        if (current == null && config.getAutoOAuthToken() == null) {
            throw new NoClusterException("there is no kubeconfig that names a current context: name a folder, choose a"
                    + " context with --context, or set KUBECONFIG");
        }
        return new Cluster(current == null ? config.getMasterUrl() : current.getName(), namespace, config);
    }

    /**
     * Reads everything that the user may read. What may not be read is a problem.
     *
     * @param ownNamespace the namespace in which Kitsune runs, with the Secrets that belong to the mesh
     * @throws NoClusterException if the API server cannot be reached, or does not know the user
     */
    public ClusterContent read(String ownNamespace) {
        return read(ownNamespace, ResourceListener.NONE);
    }

    /** The same. {@code resources}: hears of every custom resource */
    public ClusterContent read(String ownNamespace, ResourceListener resources) {
        try (ApiConnection connection = new ApiConnection(config)) {
            return new ClusterReading(connection.client(), namespace, new ClusterState(ownNamespace, resources)).read();
        }
    }

    /** Without its credentials. */
    @Override
    public String toString() {
        return name;
    }
}
