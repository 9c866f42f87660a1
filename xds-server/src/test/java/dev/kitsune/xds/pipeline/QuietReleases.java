package dev.kitsune.xds.pipeline;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStore;
import java.util.Collection;
import java.util.List;

/** A store without problems and requests, which no other process writes. */
abstract class QuietReleases implements ReleaseStore {
    @Override
    public final List<Problem> problems() {
        return List.of();
    }

    @Override
    public final StatusPlace place(VirtualEnvironmentName virtualEnvironment) {
        return new StatusPlace(Position.ofObject("releases/" + virtualEnvironment), null, "try it again");
    }

    @Override
    public final List<ReleaseRequest> requests() {
        return List.of();
    }

    @Override
    public final void taken(Collection<ReleaseRequest> requests) {
        // There are no requests.
    }

    @Override
    public void watch(Listener listener) {
        // No other process writes.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
