package dev.kitsune.model.release;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores the releases of virtual environments, each virtual environment separately, and the requests of commands. The
 * methods may take long, so callers must not hold locks.
 */
public interface ReleaseStore extends AutoCloseable {
    /**
     * The stored status of one virtual environment.
     *
     * @param version distinguishes this content from every other
     */
    record Kept(ReleaseStatus status, String version) {}

    /** The outcome of an attempt to save a status. */
    sealed interface KeepOutcome {
        /** It is saved. {@code version}: null if the virtual environment no longer has a status */
        record Done(@Nullable String version) implements KeepOutcome {}

        /** Another process has saved something else in the meantime, or decides now. {@code now}: null for nothing */
        record Conflict(@Nullable Kept now) implements KeepOutcome {}

        /** It cannot be saved. {@code why}: the end of a sentence */
        record Refused(String why) implements KeepOutcome {}
    }

    /** Whether what is saved outlives this process, so that it is news for people. */
    default boolean isLasting() {
        return true;
    }

    /** Receives the changes of the store. It is called from a thread of the store, one call after the other. */
    interface Listener {
        /** Receives the statuses that another process has saved; empty for removed ones. */
        void kept(Map<VirtualEnvironmentName, Optional<Kept>> changed);

        /** Receives all requests of commands that are not processed yet. */
        void asked(List<ReleaseRequest> requests);
    }

    /**
     * Returns the stored statuses by virtual environment. A status that cannot be parsed is left out, and is a problem.
     */
    Map<VirtualEnvironmentName, Kept> load();

    /** Returns the problems of the loaded content. */
    List<Problem> problems();

    /**
     * Where the status of a virtual environment is stored, for the problem that it cannot be saved.
     *
     * @param object whose part it is; null for none
     * @param remedy what the user can do, as a clause
     */
    record StatusPlace(Position position, @Nullable ObjectKey object, String remedy) {}

    /** Returns where the status of a virtual environment is stored. */
    StatusPlace place(VirtualEnvironmentName virtualEnvironment);

    /**
     * Saves the status of a virtual environment if the stored one is the version that the caller expects.
     *
     * @param status null to remove it
     * @param expected the version that the caller knows; null for none
     */
    KeepOutcome keep(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected);

    /** Returns the requests of commands that are not processed yet. */
    List<ReleaseRequest> requests();

    /** Calls the listener from now on. */
    void watch(Listener listener);

    /** Removes requests whose results are saved. */
    void taken(Collection<ReleaseRequest> requests);

    @Override
    void close();
}
