package dev.kitsune.model.source;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the last good version of an object is kept while the object cannot be served as it stands. Its methods may take
 * long.
 */
public interface LastGoodStore {
    /** What is kept. What cannot be understood is left out. */
    Map<ObjectKey, Manifest<?>> load();

    /**
     * Keeps the last good version of an object. Gives why it cannot be kept, as the end of a sentence; empty where it is.
     *
     * @param manifest null when the object is good again, or needed no more
     */
    Optional<String> keep(ObjectKey key, @Nullable Manifest<?> manifest);

    /** Tells of all that is kept, whenever another process changed it. */
    void watch(Consumer<Map<ObjectKey, Manifest<?>>> listener);
}
