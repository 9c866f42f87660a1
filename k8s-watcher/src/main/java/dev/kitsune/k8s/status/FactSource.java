package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import org.jspecify.annotations.Nullable;

/** Tells what Kitsune knows of an object at this moment. It is asked by one thread, and may not wait for the API server. */
@FunctionalInterface
public interface FactSource {
    /** Returns null if nothing is known yet. Then {@link StatusWriter#changed} must be called when something is. */
    @Nullable
    ObjectFacts of(ObjectKey key);
}
