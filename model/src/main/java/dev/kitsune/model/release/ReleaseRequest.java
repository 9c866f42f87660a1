package dev.kitsune.model.release;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import org.jspecify.annotations.Nullable;

/** A request of a command, in addition to the files. */
public sealed interface ReleaseRequest {
    /** Identifies a request, so that each is processed once. */
    String id();

    /** The name of the virtual environment. */
    VirtualEnvironmentName virtualEnvironment();

    /** A new release with all its apps. */
    record Start(String id, VirtualEnvironmentName virtualEnvironment, Release wanted) implements ReleaseRequest {}

    /**
     * A return to an earlier release.
     *
     * @param to the id of the release; null withdraws the waiting release, or else returns to the previously active one
     */
    record Back(
            String id,
            VirtualEnvironmentName virtualEnvironment,
            @Nullable Integer to) implements ReleaseRequest {}
}
