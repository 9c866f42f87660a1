package dev.kitsune.xds.inspect;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.Drift;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What inspection looks at, each as it is at the moment of the call.
 *
 * @param folder what is served, to be shown
 * @param version of Kitsune
 * @param drift of a virtual environment with an active Stable release
 * @param expiry of a virtual environment with limits; null for others
 */
public record Inspected(
        String folder,
        String version,
        Supplier<ServedState> state,
        Published published,
        Function<String, List<Drift>> drift,
        Function<ObjectKey, @Nullable ExpiryRow> expiry,
        Metrics metrics) {}
