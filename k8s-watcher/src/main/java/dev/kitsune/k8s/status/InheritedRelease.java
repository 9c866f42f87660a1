package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A release that a virtual environment would inherit if it were active.
 *
 * @param from the ancestor that names it
 * @param status in which no release is active
 */
public record InheritedRelease(ObjectKey from, ReleaseStatus status) {
    /**
     * Returns the nearest one with an app that the virtual environment lacks; null for none. An ancestor with an active
     * release serves that until its next one is active, so its descendants lack nothing.
     */
    public static @Nullable InheritedRelease missing(
            ResolvedVirtualEnvironment of, Snapshot served, Map<VirtualEnvironmentName, ReleaseStatus> releases) {
        VirtualEnvironmentName parent = of.parent();
        while (parent != null) {
            ResolvedVirtualEnvironment ancestor = served.virtualEnvironment(parent);
            ReleaseStatus status = releases.get(parent);
            Release wanted = status == null ? null : inactive(status);
            if (ancestor != null
                    && status != null
                    && wanted != null
                    && !of.apps().keySet().containsAll(wanted.apps().keySet())) {
                return new InheritedRelease(ancestor.key(), status);
            }
            parent = ancestor == null ? null : ancestor.parent();
        }
        return null;
    }

    /** Returns the release that waits, or that has waited in vain; null if there is none, or if another one is active. */
    private static @Nullable Release inactive(ReleaseStatus status) {
        if (status.active() != null) {
            return null;
        }
        if (status.pending() != null) {
            return status.pending().wanted();
        }
        return status.exceeded() ? status.written() : null;
    }
}
