package dev.kitsune.model.release;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The input of a decision from a {@link ReleaseStore}. An empty status means that the virtual environment has none.
 *
 * @param kept statuses that differ from those that were decided here, and must be decided again
 * @param unkept the saved statuses of virtual environments whose newest status is not saved yet; these are served
 * @param requests the requests of commands; requests that were already processed change nothing
 */
public record Handed(
        Map<VirtualEnvironmentName, Optional<ReleaseStatus>> kept,
        Map<VirtualEnvironmentName, Optional<ReleaseStatus>> unkept,
        Collection<ReleaseRequest> requests) {
    public static final Handed NOTHING = new Handed(Map.of(), Map.of(), List.of());

    public Handed {
        kept = Map.copyOf(kept);
        unkept = Map.copyOf(unkept);
        requests = List.copyOf(requests);
    }
}
