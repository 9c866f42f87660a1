package dev.kitsune.k8s.identity;

import dev.kitsune.model.manifest.ObjectKey;

/** Learns that a pod is not any more what it was, or that it is new. */
@FunctionalInterface
public interface PodNews {
    /** Is called by the thread of the source, so it must not wait for anything. */
    void changed(ObjectKey pod);
}
