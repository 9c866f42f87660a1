package dev.kitsune.xds.inspect;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.Drift;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What inspection looks at, each as it is at the moment of the call.
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
    /** What is served. */
    @FunctionalInterface
    public interface StateLookup {
        ServedState state();
    }

    /** What stands otherwise in the files than it is served. */
    @FunctionalInterface
    public interface DriftLookup {
        List<Drift> drift(String virtualEnvironment);
    }

    /** When virtual environments end. */
    @FunctionalInterface
    public interface ExpiryLookup {
        /** Null for one without limits. */
        @Nullable
        ExpiryRow row(ObjectKey virtualEnvironment);
    }
}
