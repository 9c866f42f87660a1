package dev.kitsune.model.expiry;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Expired;
import java.util.List;
import java.util.Optional;
import org.pcollections.PMap;

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

    /**
     * Returns the virtual environments that count as expired. A store that several processes share saves those that the
     * deciding process has found, and reports when they are saved. Until then, those count that were saved before.
     *
     * @param found those that have expired by the clock of this process
     */
    PMap<ObjectKey, Expired> expired(PMap<ObjectKey, Expired> found);

    /** Reports the sightings that another process stores from now on. */
    void watch(SightingListener listener);
}
