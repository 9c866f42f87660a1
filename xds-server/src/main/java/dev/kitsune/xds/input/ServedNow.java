package dev.kitsune.xds.input;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.pipeline.ServedStateListener;
import dev.kitsune.xds.store.ResourceStore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a control plane serves at this moment. It may be asked by any thread. */
public interface ServedNow {
    ServedState state();

    /** Calls the listener after every change, in order. */
    void listen(ServedStateListener listener);

    ResourceStore store();

    /** Returns the number of connected proxies. */
    int connected();

    /** Returns when a virtual environment was used last; null if no use is known. */
    @Nullable
    Instant lastUsed(ObjectKey virtualEnvironment);

    /** Returns who finds by uses what has expired. */
    Uses uses();
}
