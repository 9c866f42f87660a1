package dev.kitsune.model.release;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link ReleaseStore} hands over to a decision. An empty status means that the virtual environment has none.
 *
 * @param kept statuses that differ from what was decided here: they are decided again
 * @param unkept what is kept of the virtual environments whose newest status is not kept yet: this is what is served
 * @param requests what commands ask for; what was taken before changes nothing
 */
public record Handed(
        Map<String, Optional<ReleaseStatus>> kept,
        Map<String, Optional<ReleaseStatus>> unkept,
        Collection<ReleaseRequest> requests) {
    public static final Handed NOTHING = new Handed(Map.of(), Map.of(), List.of());

    public Handed {
        kept = Map.copyOf(kept);
        unkept = Map.copyOf(unkept);
        requests = List.copyOf(requests);
    }
}
