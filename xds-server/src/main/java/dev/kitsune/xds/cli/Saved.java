package dev.kitsune.xds.cli;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder or a cluster with the state that {@code serve} has saved. */
interface Saved {
    /** Returns its name for people. */
    String name();

    /** Returns what stands there now. */
    Catalog read();

    /** Returns why the objects of a kind could not be read; null if they could. */
    default @Nullable String refusal(Kind kind) {
        return null;
    }

    /** Returns it as {@code serve} would serve it now. */
    ResolvedInput resolved();

    /** Returns what a user should know beside an answer that follows from {@link #resolved}. */
    default List<String> notes() {
        return List.of();
    }

    /** Returns the saved statuses by virtual environment. */
    Map<VirtualEnvironmentName, ReleaseStatus> statuses();

    /** Returns the times of first sight and last use that {@code serve} has, or would have if it started now. */
    Expirations expirations(Instant now);

    /** Writes a request. {@code virtualEnvironment}: the object whose release is requested */
    void ask(ObjectKey virtualEnvironment, ReleaseRequest request);

    /** Waits until a check of a virtual environment has a result. */
    int follow(ObjectKey virtualEnvironment, ProgressCheck check) throws InterruptedException;

    /** Looks at the progress of a request. */
    @FunctionalInterface
    interface ProgressCheck {
        /**
         * Returns the exit code; empty while the request is in progress.
         *
         * @param waiting the id of the request that waits to be processed; null for none
         */
        Optional<Integer> outcome(ReleaseStatus status, @Nullable String waiting);
    }
}
