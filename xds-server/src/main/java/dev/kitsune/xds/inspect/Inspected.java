package dev.kitsune.xds.inspect;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.Drift;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The current state for the inspection API.
 *
 * @param folder what is served, to be shown
 * @param version of Kitsune
 * @param drift of a virtual environment with an active Stable release
 * @param expiry of a virtual environment with limits
 */
public record Inspected(
        String folder,
        String version,
        StateLookup served,
        Published published,
        DriftLookup drift,
        ExpiryLookup expiry,
        Metrics metrics) {
    /** Returns the served state. */
    @FunctionalInterface
    public interface StateLookup {
        ServedState state();
    }

    /** The differences between the files and the served content. */
    @FunctionalInterface
    public interface DriftLookup {
        List<Drift> drift(VirtualEnvironmentName virtualEnvironment);
    }

    /** The expiry of virtual environments. */
    @FunctionalInterface
    public interface ExpiryLookup {
        /** Returns null for a virtual environment without limits. */
        @Nullable
        ExpiryRow row(ObjectKey virtualEnvironment);
    }
}
