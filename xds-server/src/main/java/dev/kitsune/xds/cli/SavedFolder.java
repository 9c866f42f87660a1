package dev.kitsune.xds.cli;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.pipeline.Recalled;
import dev.kitsune.xds.state.LastGoodFile;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder with its state folder. */
final class SavedFolder implements Saved {
    private final Path dir;
    private final StateFolder state;

    SavedFolder(Path dir, Path state) {
        Folders.require(dir);
        this.dir = dir;
        this.state = new StateFolder(state);
    }

    @Override
    public String name() {
        return dir.toString();
    }

    @Override
    public Catalog read() {
        return FolderSource.readOnce(dir).catalog();
    }

    @Override
    public ResolvedInput resolved() {
        Recalled recalled = new Recalled(
                state.load(),
                new LastGoodFile(state).load(),
                new SightingsFile(state).load().orElse(null));
        return ResolvedInput.of(dir, recalled, Instant.now());
    }

    @Override
    public Map<VirtualEnvironmentName, ReleaseStatus> statuses() {
        return state.statuses();
    }

    @Override
    public Expirations expirations(Instant now) {
        return new SightingsFile(state)
                .load()
                .map(kept -> kept.isAlive(now) ? Expirations.kept(kept.seen()) : kept.awayUntil(now))
                .orElse(Expirations.kept(Map.of()));
    }

    @Override
    public void ask(ObjectKey virtualEnvironment, ReleaseRequest request) {
        try {
            state.ask(request);
        } catch (IOException e) {
            throw CommandException.failed("the request cannot be written: " + e.getMessage());
        }
    }

    @Override
    public int follow(ObjectKey virtualEnvironment, ProgressCheck check) throws InterruptedException {
        VirtualEnvironmentName name = virtualEnvironment.virtualEnvironmentName();
        try {
            return state.follow(() -> {
                // In this order, because a request is removed after its result is saved.
                String waiting = waiting(name);
                return check.outcome(state.statuses().getOrDefault(name, ReleaseStatus.NONE), waiting);
            });
        } catch (IOException e) {
            throw CommandException.failed("the state of releases cannot be followed: " + e.getMessage());
        }
    }

    private @Nullable String waiting(VirtualEnvironmentName name) {
        Optional<ReleaseRequest> request = state.requests().stream()
                .filter(one -> one.virtualEnvironment().equals(name))
                .findFirst();
        return request.map(ReleaseRequest::id).orElse(null);
    }
}
