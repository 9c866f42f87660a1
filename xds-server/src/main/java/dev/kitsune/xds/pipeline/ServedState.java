package dev.kitsune.xds.pipeline;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The served state at one moment.
 *
 * @param sequence how many times a snapshot was published; 0 before the first
 * @param snapshot the last one that was published; null before the first
 * @param changed the virtual environments that differ in it from the state before
 * @param problems of that snapshot, and what changed in them since the state before
 * @param releases of the virtual environments that have any, by name
 * @param failure why the newest change is not in force, because of a bug in Kitsune or a fault of its disk; the earlier
 *     state is still served. Null if there is no failure
 */
public record ServedState(
        long sequence,
        @Nullable Snapshot snapshot,
        Set<VirtualEnvironmentName> changed,
        ServedProblems problems,
        PMap<VirtualEnvironmentName, ReleaseStatus> releases,
        @Nullable String failure) {
    static final ServedState NOTHING =
            new ServedState(0, null, Set.of(), ServedProblems.NONE, HashTreePMap.empty(), null);

    public ServedState {
        changed = Set.copyOf(changed);
    }

    /** Whether proxies are answered. */
    public boolean isReady() {
        return snapshot != null;
    }

    /** Returns the number of served virtual environments. */
    public int virtualEnvironments() {
        return snapshot == null ? 0 : snapshot.virtualEnvironments().size();
    }

    ServedState failed(String why) {
        return new ServedState(sequence, snapshot, Set.of(), problems.unchanged(), releases, why);
    }
}
