package dev.kitsune.model.source;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Stores the last good version of each object. The methods may take long, so callers must not hold locks. */
public interface LastGoodStore {
    /** Returns the stored versions. Versions that cannot be parsed are left out. */
    Map<ObjectKey, Manifest<?>> load();

    /**
     * Stores the changes. If this fails, returns the reason as the end of a sentence. Otherwise the result is empty.
     *
     * @param versions all of them
     * @param changed the objects whose version differs from the stored one, or that no longer have one
     * @param invalid the objects that were just found invalid, so that their version stands in for what was read
     */
    Optional<String> keep(
            Map<ObjectKey, Manifest<?>> versions, Collection<ObjectKey> changed, Collection<ObjectKey> invalid);

    /** Reports the versions that another process stores from now on. The first report may hold all of them. */
    void watch(LastGoodListener listener);
}
