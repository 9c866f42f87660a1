package dev.kitsune.model.release;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import org.jspecify.annotations.Nullable;

/** What a command asks for, beside what stands in the files. */
public sealed interface ReleaseRequest {
    /** Identifies a request, so that each is taken once. */
    String id();

    /** The name of the virtual environment. */
    String virtualEnvironment();

    /** A new release, whole. */
    record Start(String id, String virtualEnvironment, Release wanted) implements ReleaseRequest {}

    /**
     * Back to an earlier release.
     *
     * @param to the id of the release; null withdraws the one that waits, or else goes back to the one that was in
     *     force before
     */
    record Back(
            String id, String virtualEnvironment, @Nullable Integer to) implements ReleaseRequest {}
}
