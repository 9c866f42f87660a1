package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Tells what Kitsune knows of an object at this moment. It is asked by one thread. When the source has delivered a change,
 * the answer must be about the state with that change.
 */
@FunctionalInterface
public interface FactSource {
    /** Returns null if nothing is served yet, or if a change is not in force because of a fault. */
    @Nullable
    ObjectFacts of(ObjectKey key);
}
