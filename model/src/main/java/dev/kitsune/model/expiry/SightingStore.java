package dev.kitsune.model.expiry;

import dev.kitsune.model.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Where sightings are kept. What several processes saw is merged: of an arrival the earliest counts, of a use the latest.
 * Its methods may take long.
 */
public interface SightingStore {
    /** What was kept last; empty where nothing was, or nothing that can be understood, which is a problem. */
    Optional<Sightings> load();

    /** What is wrong with what was loaded. */
    List<Problem> problems();

    /** Keeps them. Gives why they cannot be kept, as the end of a sentence; empty where they are. */
    Optional<String> keep(Sightings sightings);

    /** Tells of what another process keeps from now on. */
    void watch(SightingListener listener);
}
