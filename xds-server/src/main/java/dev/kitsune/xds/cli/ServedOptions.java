package dev.kitsune.xds.cli;

import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.xds.state.StateFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The common options of commands about the served state: a folder and its state folder, or a cluster. */
final class ServedOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The folder that is served. Without it, a cluster is read.")
    private @Nullable Path dir;

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description = "The state folder, as in --state of `serve`. Default: DIR/.kitsune.")
    private @Nullable Path state;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private @Nullable Saved opened;

    /** Returns what is served. A cluster is read now, and only once. */
    Saved saved() {
        Saved before = opened;
        Saved saved = before == null ? open() : before;
        opened = saved;
        return saved;
    }

    private Saved open() {
        if (dir != null) {
            cluster.refuse();
            return new SavedFolder(dir, state == null ? StateFolder.of(dir) : state);
        }
        if (state != null) {
            throw CommandException.usage("--state belongs to a folder: name the folder with --dir");
        }
        try {
            return cluster.saved();
        } catch (NoClusterException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    Catalog read() {
        return saved().read();
    }

    /** Returns where a command writes what its user wants. */
    WritableInput writable() {
        return dir == null ? cluster.writable() : new WritableFolder(dir);
    }

    /** Whether the user has named a folder or a cluster. */
    boolean isNamed() {
        return dir != null || cluster.isNamed();
    }

    /** Returns the namespace that the user has named; null for none. */
    @Nullable
    String namespace() {
        return cluster.namespace();
    }

    /** Returns what is served as {@code serve} would serve it now. */
    ResolvedInput resolved() {
        ResolvedInput resolved = saved().resolved();
        PrintWriter err = command.commandLine().getErr();
        saved().notes().forEach(err::println);
        err.flush();
        return resolved;
    }

    /** Whether the user wants to see what belongs to a namespace. */
    boolean shows(ObjectKey key) {
        return cluster.shows(key);
    }

    /** Whether the user wants to see what is in a namespace. */
    boolean showsNamespace(String namespace) {
        return cluster.showsNamespace(namespace);
    }

    /** The virtual environment that was named. */
    Manifest<?> virtualEnvironment(Catalog catalog, VirtualEnvironmentName name) {
        Collection<VirtualEnvironmentName> names = new TreeSet<>();
        for (Manifest<?> manifest : catalog.manifests().values()) {
            ObjectKey key = manifest.key();
            if (key.kind() == Kind.VirtualEnvironment && shows(key)) {
                if (key.virtualEnvironmentName().equals(name)) {
                    return manifest;
                }
                names.add(key.virtualEnvironmentName());
            }
        }
        throw CommandException.usage("there is no virtual environment " + name + " in " + saved().name()
                + cluster.inNamespace() + DidYouMean.hint(name, names));
    }
}
