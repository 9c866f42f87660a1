package dev.kitsune.model.release;

import dev.kitsune.model.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the releases of virtual environments are kept, each virtual environment by itself, and where commands ask for
 * others. Its methods may take long: nobody calls them who holds a lock.
 */
public interface ReleaseStore extends AutoCloseable {
    /**
     * What is kept of one virtual environment.
     *
     * @param version tells this content from every other
     */
    record Kept(ReleaseStatus status, String version) {}

    /** What came of an attempt to keep a status. */
    sealed interface KeepOutcome {
        /** It is kept. {@code version}: null where the virtual environment has no status any more */
        record Done(@Nullable String version) implements KeepOutcome {}

        /** Another process kept something else since. {@code now}: null for nothing */
        record Conflict(@Nullable Kept now) implements KeepOutcome {}

        /** It cannot be kept. {@code why}: the end of a sentence */
        record Refused(String why) implements KeepOutcome {}
    }

    /** Hears of what happens in the store. It is called from a thread of the store, one call after the other. */
    interface Listener {
        /** Statuses that another process kept; empty for none any more. */
        void kept(Map<String, Optional<Kept>> changed);

        /** All that commands ask for and that was not taken yet. */
        void asked(List<ReleaseRequest> requests);
    }

    /** What was kept last, by virtual environment. What cannot be understood is left out, and is a problem. */
    Map<String, Kept> load();

    /** What is wrong with what was loaded. */
    List<Problem> problems();

    /**
     * Keeps the status of a virtual environment where what is kept is what the caller knows.
     *
     * @param status null to forget it
     * @param expected the version that the caller knows; null for none
     */
    KeepOutcome keep(String virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected);

    /** What commands ask for, and was not taken yet. */
    List<ReleaseRequest> requests();

    /** Tells the listener from now on. */
    void watch(Listener listener);

    /** These requests are part of what is kept now. */
    void taken(Collection<ReleaseRequest> requests);

    @Override
    void close();
}
