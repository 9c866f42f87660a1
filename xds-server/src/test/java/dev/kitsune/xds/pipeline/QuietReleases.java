package dev.kitsune.xds.pipeline;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStore;
import java.util.Collection;
import java.util.List;

/** A store without problems, in which no command asks for anything, and which nobody else writes. */
abstract class QuietReleases implements ReleaseStore {
    @Override
    public final List<Problem> problems() {
        return List.of();
    }

    @Override
    public final List<ReleaseRequest> requests() {
        return List.of();
    }

    @Override
    public final void taken(Collection<ReleaseRequest> requests) {
        // There are none.
    }

    @Override
    public void watch(Listener listener) {
        // Nobody else writes.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
