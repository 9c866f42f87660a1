package dev.kitsune.xds.cli;

import dev.kitsune.k8s.edit.EditableObjects;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.ClusterContent;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that can read a cluster in place of a folder. */
final class ClusterOptions {
    static final String SYSTEM_NAMESPACE = "kitsune";

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context of the kubeconfig whose cluster is read. Default: the current one.")
    private @Nullable String context;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description =
                    "Shows only what belongs to this namespace of the cluster, or to no namespace. Whoever may not"
                            + " read the other namespaces needs it.")
    private @Nullable String namespace;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAME",
            defaultValue = SYSTEM_NAMESPACE,
            description = "The namespace in which Kitsune runs in the cluster. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String systemNamespace;

    /** What a check of a cluster has found, and what the user should know beside it. */
    record Checked(List<Problem> problems, List<String> notes) {}

    /** Returns the cluster of a context of the kubeconfig; null for the current one. */
    static Cluster named(@Nullable String context) {
        try {
            return Cluster.of(context);
        } catch (NoClusterException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** Reads and resolves the cluster as if all its releases were active. */
    Checked check() {
        try {
            Cluster cluster = Cluster.of(context, namespace);
            ClusterContent content = cluster.read(systemNamespace);
            UnreadObjects unread = new UnreadObjects(content, namespace);
            ResolvedInput resolved = ResolvedInput.asWritten(cluster, content);
            return new Checked(
                    shown(unread.told(resolved.allProblems(Instant.now()), resolved.snapshot())), unread.part());
        } catch (NoClusterException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** Reads the cluster with the saved state. */
    Saved saved() {
        return new SavedCluster(Cluster.of(context, namespace), systemNamespace);
    }

    /** Returns where a command writes what its user wants. */
    WritableInput writable() {
        return new WritableCluster(new EditableObjects(named(context)));
    }

    boolean isNamed() {
        return context != null || namespace != null;
    }

    /** Returns the namespace that the user has named; null for none. */
    @Nullable
    String namespace() {
        return namespace;
    }

    /** Returns those of some problems that the user wants to see. */
    private List<Problem> shown(List<Problem> problems) {
        return problems.stream()
                .filter(problem -> problem.object() == null || shows(problem.object()))
                .toList();
    }

    /** Whether the user wants to see what belongs to an object. */
    boolean shows(ObjectKey key) {
        return key.namespace().isEmpty() || showsNamespace(key.namespace());
    }

    /** Whether the user wants to see what is in a namespace. */
    boolean showsNamespace(String of) {
        return namespace == null || of.equals(namespace);
    }

    /** Returns the end of a sentence about what the user wants to see. */
    String inNamespace() {
        return namespace == null ? "" : ", namespace " + namespace;
    }

    /** Refuses to read a cluster, because there is a folder to read. */
    void refuse() {
        if (context != null || namespace != null) {
            throw CommandException.usage("name a folder, or a cluster by --context and --namespace, not both");
        }
    }
}
