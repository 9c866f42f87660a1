package dev.kitsune.model.source;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Where the last good version of each object is kept. Its methods may take long: nobody calls them who holds a lock. */
public interface LastGoodStore {
    /** What is kept. What cannot be understood is left out. */
    Map<ObjectKey, Manifest<?>> load();

    /**
     * Keeps what changed. Gives why it cannot be kept, as the end of a sentence; empty where it is.
     *
     * @param versions all of them
     * @param changed the objects whose version is another than was kept, or that have none any more
     */
    Optional<String> keep(Map<ObjectKey, Manifest<?>> versions, Collection<ObjectKey> changed);

    /** Tells of all that is kept, whenever another process changed it. */
    void watch(LastGoodListener listener);
}
