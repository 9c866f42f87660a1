package dev.kitsune.xds.cli;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.pipeline.Recalled;
import dev.kitsune.xds.state.LastGoodFile;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The common options of commands about the served state: the folder and its state folder. */
final class ServedOptions {
    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The folder that is served.")
    @SuppressWarnings("NullAway.Init") // required
    private Path dir;

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description = "The state folder, as in --state of `serve`. Default: DIR/.kitsune.")
    private @Nullable Path state;

    Catalog read() {
        Folders.require(dir);
        return FolderSource.readOnce(dir).catalog();
    }

    /** Returns the folder as `serve` would serve it now. */
    ResolvedInput resolved() {
        Folders.require(dir);
        return ResolvedInput.of(dir, recalled(), Instant.now());
    }

    /** Returns the state that `serve` saved. */
    private Recalled recalled() {
        StateFolder folder = state();
        return new Recalled(
                folder.load(),
                new LastGoodFile(folder).load(),
                new SightingsFile(folder).load().orElse(null));
    }

    /** Returns the times of first sight and last use that `serve` has, or would have if it started now. */
    Expirations expirations(Instant now) {
        return new SightingsFile(state())
                .load()
                .map(kept -> kept.isAlive(now) ? Expirations.kept(kept.seen()) : kept.awayUntil(now))
                .orElse(Expirations.kept(Map.of()));
    }

    StateFolder state() {
        return new StateFolder(folder());
    }

    private Path folder() {
        return state == null ? StateFolder.of(dir) : state;
    }

    /** The virtual environment that was named. */
    Manifest<?> virtualEnvironment(Catalog catalog, VirtualEnvironmentName name) {
        Collection<VirtualEnvironmentName> names = new TreeSet<>();
        for (Manifest<?> manifest : catalog.manifests().values()) {
            ObjectKey key = manifest.key();
            if (key.kind() == Kind.VirtualEnvironment) {
                if (key.virtualEnvironmentName().equals(name)) {
                    return manifest;
                }
                names.add(key.virtualEnvironmentName());
            }
        }
        throw CommandException.usage(
                "there is no virtual environment " + name + " in " + dir + DidYouMean.hint(name, names));
    }

    ReleaseStatus status(VirtualEnvironmentName virtualEnvironment) {
        return state().statuses().getOrDefault(virtualEnvironment, ReleaseStatus.NONE);
    }
}
