package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.Trial;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePSet;

/**
 * The releases of all virtual environments at one moment, by the names of these.
 *
 * @param names the owner of each name
 * @param waits the state of the releases that are not active yet
 * @param held the deleted objects that are still needed, with the problem that names the reader
 * @param files the objects that were read, and the held ones
 * @param catalog the catalog with the active releases in place of those in the files
 */
public record Releases(
        PMap<VirtualEnvironmentName, ReleaseStatus> statuses,
        Names names,
        Waits waits,
        PMap<ObjectKey, Problem> held,
        Catalog files,
        Catalog catalog) {
    public static final Releases NONE = kept(Map.of());

    /**
     * The releases that must be examined again.
     *
     * @param trials the result of the last try of each waiting release
     * @param exceeded the virtual environments whose newest release exceeded its deadline
     * @param due the times of deadlines and of history that becomes too old
     */
    public record Waits(
            PMap<VirtualEnvironmentName, Trial> trials,
            PSet<VirtualEnvironmentName> exceeded,
            TreePSet<ReleaseDue> due) {
        static final Waits NONE = new Waits(HashTreePMap.empty(), HashTreePSet.empty(), TreePSet.empty());
    }

    /** A time at which a virtual environment's releases must be examined. */
    public record ReleaseDue(Instant at, VirtualEnvironmentName virtualEnvironment) implements Comparable<ReleaseDue> {
        @Override
        public int compareTo(ReleaseDue other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : virtualEnvironment.compareTo(other.virtualEnvironment);
        }
    }

    /** Returns the releases that an earlier process stored. */
    public static Releases kept(Map<VirtualEnvironmentName, ReleaseStatus> statuses) {
        return new Releases(
                HashTreePMap.from(statuses),
                Names.NONE,
                Waits.NONE,
                HashTreePMap.empty(),
                Catalog.EMPTY,
                Catalog.EMPTY);
    }

    /** Returns the time of the next decision if nothing else happens. */
    public Optional<Instant> nextDue() {
        return waits.due().isEmpty()
                ? Optional.empty()
                : Optional.of(waits.due().first().at());
    }
}
