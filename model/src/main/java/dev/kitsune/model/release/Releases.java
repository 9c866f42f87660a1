package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.ObjectKey;
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
 * @param names which virtual environment has a name
 * @param waits of the releases that are not in force yet
 * @param held what is deleted and still needed, with the problem that says by whom
 * @param files what was read, and what is held
 * @param catalog what was read, with the releases in force in place of those that are asked for
 */
public record Releases(
        PMap<String, ReleaseStatus> statuses,
        Names names,
        Waits waits,
        PMap<ObjectKey, Problem> held,
        Catalog files,
        Catalog catalog) {
    public static final Releases NONE = kept(Map.of());

    /**
     * What is to be looked at again.
     *
     * @param trials what came of the last try of each release that waits
     * @param exceeded where the newest release waited in vain
     * @param due when something is to happen by itself
     */
    public record Waits(PMap<String, Trial> trials, PSet<String> exceeded, TreePSet<ReleaseDue> due) {
        static final Waits NONE = new Waits(HashTreePMap.empty(), HashTreePSet.empty(), TreePSet.empty());
    }

    /** A moment at which a virtual environment's releases are to be looked at. */
    public record ReleaseDue(Instant at, String virtualEnvironment) implements Comparable<ReleaseDue> {
        @Override
        public int compareTo(ReleaseDue other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : virtualEnvironment.compareTo(other.virtualEnvironment);
        }
    }

    /** As they were when an earlier process ended. */
    public static Releases kept(Map<String, ReleaseStatus> statuses) {
        return new Releases(
                HashTreePMap.from(statuses),
                Names.NONE,
                Waits.NONE,
                HashTreePMap.empty(),
                Catalog.EMPTY,
                Catalog.EMPTY);
    }

    /** When to decide again if nothing else happens. */
    public Optional<Instant> nextDue() {
        return waits.due().isEmpty()
                ? Optional.empty()
                : Optional.of(waits.due().first().at());
    }
}
