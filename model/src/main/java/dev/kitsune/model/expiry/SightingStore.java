package dev.kitsune.model.expiry;

import dev.kitsune.model.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Stores sightings. The sightings of several processes are merged. The earliest arrival and the latest use of an object
 * count. The methods may take long.
 */
public interface SightingStore {
    /**
     * Returns the stored sightings. The result is empty if nothing is stored, or if it cannot be parsed, which is a
     * problem.
     */
    Optional<Sightings> load();

    /** Returns the problems of the loaded content. */
    List<Problem> problems();

    /**
     * Stores the sightings. If this fails, returns the reason as the end of a sentence. Otherwise the result is empty.
     */
    Optional<String> keep(Sightings sightings);

    /** Reports the sightings that another process stores from now on. */
    void watch(SightingListener listener);
}
